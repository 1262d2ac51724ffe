// The onlooker: sees every decision and every delivery of a simulation, and checks the invariants at each.
#pragma once

#include "actors/observer.hpp"
#include "actors/outbox.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/seat_shadow.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

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
  /// All frames that were kept have come out: a hub that stops in order owes nobody anything, and has kept all.
  void check_stopped();
  [[nodiscard]] violation& amiss() noexcept { return amiss_; }
  [[nodiscard]] tally& counts() noexcept { return counts_; }
  [[nodiscard]] std::uint64_t decisions() const noexcept { return decisions_; }
  [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_; }

  /// From an outbox: this came out of a seat; the hub closes it.
  void delivered_at(protocol::seat_number at, std::span<const protocol::frame_ptr> frames);
  void closed_at(protocol::seat_number at, actors::farewell why);

  // From the world: what it does to the hub and to its disk.
  /// The hub is no more: what was not kept is forgotten, and without power what was not synced, perhaps.
  void hub_is_gone(bool with_power);
  /// A session is going to fail of a mistake.
  void expect_failure() noexcept { ++failures_to_come_; }
  /// From now on reading and writing may fail, or no longer may.
  void disk_may_fail(bool may) noexcept { disk_may_fail_ = may; }
  /// A message is sent again that may have been turned away.
  void is_said_again(std::uint64_t message) { said_again_.insert(message); }
  /// The store promises what it says it has kept only after the next sync.
  void promises_are_weak() noexcept { weak_ = true; }
  /// Frames that were told are looked for in what is kept, not in memory.
  void store_keeps_everything() noexcept { keeps_everything_ = true; }
  /// The store, since everything was last settled: not everybody may know yet that it is back.
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  // From the engine.
  void is_handed_over(const store::parcel& what) { ledgers_[what.session].is_handed_over(what, amiss_); }
  void is_parked(const protocol::session& facts);
  void is_kept(const store::parcel& what, bool and_synced);
  void is_synced();
  void comes_back(const protocol::session_id& id, const store::stored_session& found);

  // actors::observer
  void session_opened(const protocol::session_id& id) override { newcomers_.push_back(id); }
  void session_unloaded(const protocol::session_id& id) override;
  void session_failed(const protocol::session_id& id, const std::string& why, bool) override;
  void actor_failed(std::string_view which, const std::string& why) override;
  void message_poisoned(const protocol::session_id& id, const std::string& why) override;
  void decided(const protocol::session_id& id, const protocol::decision& made) override;
  void journal_failed(const std::string& why) override;
  void journal_recovered() override;
  void store_unreadable(const protocol::session_id& id, const std::string& why) override;
  void tidying_failed(const std::string& why) override { store_unreadable({}, why); }

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
    std::pair<std::uint64_t, std::uint64_t> heard; ///< the highest epoch, and Lamport value, that anybody has heard
    std::uint64_t heard_lamport = 0;
  };

  void follow_seats(const absorbed& seen);
  void remember(const absorbed& seen);
  bool is_told_again(seat_shadow::frame_to_come& missed, const seat_shadow& seat, const protocol::frame_ptr& frame);
  void follow_notices(const absorbed& seen, const std::vector<std::uint64_t>& lamports);
  void follow_answers(const absorbed& seen);
  void follow_lives(const absorbed& seen, const std::vector<std::uint64_t>& lamports);
  void leave_seats(const protocol::session_id& id);
  bool is_said_unkept(seat_shadow& seat, protocol::seat_number at, const protocol::frame_ptr& frame);

  std::map<protocol::session_id, session_shadow> sessions_;
  std::map<protocol::seat_number, seat_shadow> seats_;
  std::unordered_map<std::uint64_t, protocol::seat_number> unanswered_;
  std::vector<protocol::session_id> newcomers_;
  std::unordered_map<protocol::session_id, told_lately> told_;
  std::unordered_map<protocol::session_id, ledger> ledgers_;
  std::unordered_set<std::uint64_t> turned_away_; ///< messages that were refused while nothing was kept
  std::unordered_set<std::uint64_t> said_again_;      ///< messages that were said more than once
  std::unordered_set<std::string> unkept_ids_;    ///< of what was said of them
  std::set<protocol::session_id> were_in_memory_; ///< when the hub ended
  std::set<protocol::session_id> may_forget_;     ///< what they decided and was not kept
  std::size_t failures_to_come_ = 0;
  bool disk_may_fail_ = false, store_fails_ = false, weak_ = false, keeps_everything_ = false;
  bool has_failed_ = false; ///< the store, since everything was last settled
  protocol::decoder reader_;
  violation amiss_;
  tally counts_;
  std::uint64_t decisions_ = 0, refusals_ = 0;
};

} // namespace mpac::tests
