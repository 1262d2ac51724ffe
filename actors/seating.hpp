// Who sits in a session: its connections, whom HELLO bound to them, what each hears, and how they leave.
#pragma once

#include "actors/catching_up.hpp"
#include "actors/handles.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mpac::actors {

/// Belongs to one session actor, and is used on its thread only.
class seating {
public:
  explicit seating(session_actor::pointer self) : self_(self) {}

  /// Somebody has connected; nobody is bound to the seat yet.
  void add(attach& mail);
  /// The connection is gone. Returns who was bound to it.
  std::optional<protocol::principal_id> remove(protocol::seat_number at);

  [[nodiscard]] bool empty() const noexcept { return seats_.empty(); }
  [[nodiscard]] bool has(protocol::seat_number at) const { return seats_.contains(at); }
  /// Who is bound to this seat; null when there is no such seat, or nobody is.
  [[nodiscard]] const protocol::principal_id* who_sits(protocol::seat_number at) const;

  /// HELLO was accepted by the decision `from`: binds the seat and takes it from where the same principal sat before
  /// (O-051).
  void take(protocol::seat_number at, const protocol::principal_id& who, std::uint64_t from);
  /// GOODBYE was accepted by the decision `by`, whose echo is the last that is heard.
  void depart(const protocol::principal_id& who, std::uint64_t by);
  /// The verdict on a HELLO.
  void judge(protocol::seat_number at, hello_judged verdict);
  /// The verdict on a new key.
  void judge(protocol::seat_number at, key_judged verdict);

  /// Visits everybody who listens.
  template <class Visit>
  void for_each_person(Visit&& visit) const {
    for (const auto& [number, there] : seats_)
      if (there.who && there.until == everything)
        visit(*there.who);
  }

  /// As many messages of this seat have been dealt with.
  void grant(protocol::seat_number at, std::size_t messages);
  void announce(const std::shared_ptr<const protocol::admission_terms>& terms);

  /// Asks the journal for what somebody missed.
  using look_up = std::function<void(const std::shared_ptr<const protocol::replay_request>&)>;

  /// Gives the notices of a kept decision to those who hear them; they leave with `send`. A seat for which something is
  /// being looked up hears nothing until then.
  void tell(const protocol::decision& what, const protocol::roster& people, const look_up& ask);
  /// Gives one seat a frame that belongs to no decision; it leaves with `send`.
  void say(protocol::seat_number at, const protocol::frame_ptr& frame);
  /// Hands everything told to the outboxes; how many frames. `since`: when the oldest cause arrived.
  std::size_t send(base::instant since);

  /// Whether a seat is there and may ask for what it missed: one thing at a time. What it is told from now on waits.
  [[nodiscard]] bool begins_to_catch_up(protocol::seat_number at) { return has(at) && catching_up_.begin(at); }
  /// Gives it what it missed, and then what has waited. False when it no longer waits: it has gone, or has been shown
  /// out.
  bool catch_up(protocol::seat_number at, const std::vector<protocol::frame_ptr>& missed);

  /// Everybody leaves once the decision `after` is told.
  void dismiss_all(farewell why, const std::string& reason, std::uint64_t after);
  /// Closes the connections of those whose last decision is told by now.
  void say_farewells(std::uint64_t told_up_to);

private:
  /// Until whoever sits there leaves.
  static constexpr std::uint64_t everything = std::numeric_limits<std::uint64_t>::max();
  struct seat;
  using seats = std::unordered_map<protocol::seat_number, seat>;

  /// Who heard for this person when that was decided; the end if nobody did.
  [[nodiscard]] seats::iterator seat_of(const protocol::principal_id& who, std::uint64_t sequence,
                                        const protocol::roster& people);
  void give(protocol::seat_number at, seat& to, const protocol::frame_ptr& frame);

  /// One connection that listens.
  struct seat {
    std::shared_ptr<actors::outbox> outbox;
    participant_actor participant;
    std::optional<protocol::principal_id> who; ///< bound by HELLO
    // The decisions it hears: from the one that answered HELLO to the last before GOODBYE or before the seat was given
    // away.
    std::uint64_t from = 0;
    std::uint64_t until = 0;
    // The same of its visits before that are not all told yet: GOODBYE, or a seat lost and won back.
    struct visit {
      std::uint64_t from = 0;
      std::uint64_t until = 0;
    };
    std::vector<visit> earlier;
    std::vector<protocol::frame_ptr> outgoing; ///< of one round of telling

    [[nodiscard]] bool hears(std::uint64_t sequence) const noexcept {
      return who && ((from <= sequence && sequence <= until) || heard_earlier(sequence));
    }
    [[nodiscard]] bool heard_earlier(std::uint64_t sequence) const noexcept {
      for (const auto& [first, last] : earlier)
        if (first <= sequence && sequence <= last)
          return true;
      return false;
    }
  };
  struct leaver {
    protocol::seat_number at;
    farewell why;
    std::string reason;
    std::uint64_t after = 0; ///< the decision that is told first
  };

  session_actor::pointer self_;
  seats seats_;
  std::vector<protocol::seat_number> touched_; // seats with something outgoing
  std::vector<leaver> leaving_;
  catching_up catching_up_;
  std::uint64_t told_up_to_ = 0;
};

} // namespace mpac::actors
