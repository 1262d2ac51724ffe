// How a session makes decisions of what comes in, one after the other, and what follows for seats and conflict rooms.
#pragma once

#include "actors/disputes.hpp"
#include "actors/observer.hpp"
#include "actors/sealing.hpp"
#include "actors/seating.hpp"
#include "actors/untold.hpp"
#include "protocol/living.hpp"

#include <functional>
#include <memory>

namespace mpac::actors {

/// What a session actor has at hand, each on the actor's own thread.
struct session_state {
  session_actor::pointer self;
  std::shared_ptr<protocol::session> facts;
  std::shared_ptr<observer> watch;
  seating seats;
  actors::disputes disputes;
  actors::untold untold;
  actors::sealing sealing;
  bool store_answers = true; ///< false: nothing more is decided but what has begun
  /// A session begins with its first accepted HELLO, unless the operator has made it. Until then nothing of it is kept,
  /// so nothing is decided: what is refused is said, and has no place in an order that nobody has joined.
  bool has_begun = true;
};

/// What those are told who come while the store takes nothing.
inline constexpr const char* nothing_is_kept =
    "the hub's store takes nothing at the moment, so nothing was changed; try again later";

/// The one order of a session (SPEC 7.7, 18.4).
class deciding {
public:
  /// `settled` is called after a conflict has answered and everybody who waited for that has had his turn.
  deciding(session_state& at, std::function<void()> settled)
      : at_(at), settled_(std::move(settled)), kept_(at.facts->sequence()) {}

  void receive(arrivals& mail);
  /// While nothing is kept: what would change the session is refused, and what only asks is answered from `kept`, the
  /// session as it is kept; null where that can't be read.
  void turn_away(const arrivals& mail, const protocol::session* kept);
  /// The store takes what is decided again: whoever is connected has been so all the while.
  void go_on_keeping();
  void vacate(const vacated& mail);
  /// Whatever is due by then.
  void live_through(base::instant when);
  /// Absorbs a decision and keeps it.
  void take(protocol::decision made);
  /// What the operator says of a session that has not begun: it will begin like that.
  void begin_like(protocol::shared_policy policy, const protocol::session_limits& limits);

private:
  /// How decisions are lived through (protocol/living.hpp).
  struct onward {
    deciding& by;

    void complete(protocol::decision& made) const { by.complete(made); }
    void operator()(protocol::decision&& made) const { by.keep(std::move(made)); }
  };
  /// The same for a participant's message, whose sender waits for the verdict where it is a HELLO.
  struct hearing {
    deciding& by;
    const protocol::admitted& message;
    tenant_place* place; ///< null: it needs none

    void complete(protocol::decision& made) const { by.complete(made); }
    void operator()(protocol::decision&& made) const;
  };

  /// What a decision has to hold before it is absorbed beside what the rules say: signatures on what the coordinator
  /// says, and its place in the tamper-evident log of a session in the verified profile (SPEC 23.1.3).
  void complete(protocol::decision& made) const;
  void process(disputes::pile mail);
  void process_one(arrival& one, const arrivals& mail);
  /// Whether a session that has not begun begins with this; whoever said anything else is told.
  [[nodiscard]] bool begins_with(const arrival& one, const arrivals& mail);
  /// Whether it comes from somebody of whom nothing is known, where nobody joins without proof: no stranger writes into
  /// the log of such a session.
  [[nodiscard]] bool is_a_strangers(const arrival& one, const arrivals& mail) const;
  void say_unrecorded(const protocol::frame_ptr& answer, const arrivals& mail);
  [[nodiscard]] protocol::frame_ptr say_refused(const protocol::refusal& why, base::instant when);
  void vacate_now(protocol::seat_number at);
  /// What is kept of a decision until the journal has it: what to tell, and what follows for seats and rooms.
  void keep(protocol::decision made);
  void follow(const protocol::decision& made);
  [[nodiscard]] protocol::frame_ptr answer_without_keeping(const arrival& one, const arrivals& mail,
                                                           const protocol::session* kept);
  void judge_hello(const protocol::admitted& message, const protocol::decision& made);
  /// The same of a HELLO, or a new key, that came to nothing; of other messages nobody waits for a verdict.
  void judge_refused(const protocol::admitted& message);
  void consult(const std::shared_ptr<const protocol::deliberation>& question);
  void rule(const protocol::ruling& what);
  /// A deliberation is over: whoever waited behind it comes next.
  void go_on();
  /// A message threw while it was decided: its sender is told, and the session goes on. Throws if it can't.
  void poisoned(const std::exception& why, protocol::seat_number from, const protocol::message_id& message);
  [[nodiscard]] base::instant now() const;

  session_state& at_;
  std::function<void()> settled_;
  std::uint64_t turned_away_ = 0; // names what is said of it
  std::uint64_t kept_;            // number of the last decision that was absorbed whole and handed on
};

} // namespace mpac::actors
