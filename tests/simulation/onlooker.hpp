// The onlooker: sees every decision and every delivery of a simulation, and checks the invariants at each.
#pragma once

#include "actors/observer.hpp"
#include "actors/outbox.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/seat_shadow.hpp"

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace mpac::tests {

class onlooker final : public actors::observer {
public:
  // From the world.
  void takes_seat(protocol::seat_number at, const protocol::session_id& session);
  void is_leaving(protocol::seat_number at) { seats_.at(at).is_leaving = true; }
  void expects_answer(protocol::seat_number at, std::uint64_t message) { unanswered_.emplace(message, at); }
  session_shadow& shadow(const protocol::session_id& id);
  [[nodiscard]] const seat_shadow& seat(protocol::seat_number at) const { return seats_.at(at); }
  /// Sessions that have come into memory since last asked, and whose facts nobody has looked up yet.
  [[nodiscard]] std::vector<protocol::session_id> newcomers() { return std::exchange(newcomers_, {}); }
  /// Everything that was sent has been worked off and kept: all that had to come has come.
  void check_settled();
  /// After all clocks have run out.
  void check_end();
  [[nodiscard]] violation& amiss() noexcept { return amiss_; }
  [[nodiscard]] const tally& counts() const noexcept { return counts_; }
  [[nodiscard]] std::uint64_t decisions() const noexcept { return decisions_; }
  [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_; }

  /// From an outbox: this came out of a seat.
  void delivered_at(protocol::seat_number at, std::span<const protocol::frame_ptr> frames);

  // actors::observer
  void session_opened(const protocol::session_id& id) override { newcomers_.push_back(id); }
  void session_unloaded(const protocol::session_id& id) override { shadow(id).facts = nullptr; }
  void session_failed(const protocol::session_id& id, const std::string& why, bool) override;
  void actor_failed(std::string_view which, const std::string& why) override;
  void message_poisoned(const protocol::session_id& id, const std::string& why) override;
  void decided(const protocol::session_id& id, const protocol::decision& made) override;

private:
  /// What a session has told of late, and may tell again (SPEC 12.8).
  struct told_notice {
    std::uint64_t number = 0, sequence = 0;
    protocol::audience to;
    std::optional<protocol::principal_id> sender; ///< of the message it answers
    protocol::frame_ptr frame;
  };
  struct told_lately {
    std::deque<told_notice> notices;
    std::size_t bytes = 0;
    std::uint64_t numbers = 0;
  };

  void follow_seats(const absorbed& seen);
  void remember(const absorbed& seen);
  bool is_told_again(seat_shadow::frame_to_come& missed, const seat_shadow& seat, const protocol::frame_ptr& frame);
  void follow_notices(const absorbed& seen, const std::vector<std::uint64_t>& lamports);
  void follow_answers(const absorbed& seen);

  std::map<protocol::session_id, session_shadow> sessions_;
  std::map<protocol::seat_number, seat_shadow> seats_;
  std::unordered_map<std::uint64_t, protocol::seat_number> unanswered_;
  std::vector<protocol::session_id> newcomers_;
  std::unordered_map<protocol::session_id, told_lately> told_;
  protocol::decoder reader_;
  violation amiss_;
  tally counts_;
  std::uint64_t decisions_ = 0, refusals_ = 0;
};

} // namespace mpac::tests
