// What a participant has missed, and how it is found again (SPEC 12.8).
#pragma once

#include "protocol/decision.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// A participant asks for what it has missed. Answered with frames that were told before this was decided.
struct replay_request {
  seat_number seat = 0;
  principal_id who;
  message_id message;              ///< the one that asks
  std::uint64_t after_lamport = 0; ///< the coordinator's clock as the asker last heard it; 0 = from the beginning
  message_id after_message;        ///< the last frame it got; more exact, where it is still kept
  message_id before_message;       ///< the frame that revealed the gap: what follows it has arrived
  std::uint64_t before_sequence = 0;
  std::size_t behind = 0; ///< so many notices of its decision are told before what is found
};

/// A frame that was told, as long as it is kept.
struct told_frame {
  std::uint64_t sequence = 0; ///< the decision it belongs to
  std::uint64_t lamport = 0;  ///< the coordinator's clock when it was told (SPEC 12.7)
  audience to;                ///< everyone, everyone but one, or people: never a seat, which does not last
  frame_ptr frame;
};

/// Visits the frames of one decision that somebody may ask for again, in the order they were told.
template <class Visit>
void for_each_told(const decision& made, Visit&& visit) {
  const auto& why = made.cause;
  // Seats come and go: what one connection was answered, its principal was.
  const bool answers_somebody = why.who && why.from_its_seat && why.kind != message_kind::hello;
  for (const auto& notice : made.notices) {
    if (notice.to.to != audience::reach::seat)
      visit(told_frame{made.sequence, notice.lamport, notice.to, notice.frame});
    else if (answers_somebody && notice.whose == voice::coordinator)
      visit(told_frame{made.sequence, notice.lamport, audience::only({*why.who}), notice.frame});
  }
}

/// What was found.
struct replay {
  std::vector<frame_ptr> frames; ///< oldest first
  bool is_complete = false;      ///< nothing is missing between them and the request
  std::uint64_t kept_from = 0;   ///< the clock of the oldest frame that is still kept; 0 = none is
};

/// Picks what answers a request out of all that was told.
class replay_search {
public:
  explicit replay_search(replay_request request) : request_(std::move(request)) {}

  [[nodiscard]] const replay_request& request() const noexcept { return request_; }
  /// Everything told up to this clock is no longer kept; 0 = all is there. Say it first.
  void begin_behind(std::uint64_t lamport) noexcept { lost_up_to_ = lamport; }
  /// Each frame that is kept, oldest first.
  void see(const told_frame& told);
  /// Whether `after_message` was among them.
  [[nodiscard]] bool has_found_last() const noexcept { return found_last_; }
  [[nodiscard]] replay result() &&;

private:
  replay_request request_;
  std::uint64_t lost_up_to_ = 0;
  std::uint64_t kept_from_ = 0;
  bool found_last_ = false; // after_message was among them
  bool is_over_ = false;
  std::vector<std::pair<std::uint64_t, frame_ptr>> found_; // with their clock
};

} // namespace mpac::protocol
