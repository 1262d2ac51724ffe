// Everything a session actor has on its desk: the facts, the seats, and the decisions not yet told.
#pragma once

#include "actors/catching_up.hpp"
#include "actors/session.hpp"
#include "protocol/living.hpp"

#include <deque>
#include <memory>
#include <unordered_map>
#include <variant>
#include <vector>

namespace mpac::actors {

/// One connection that listens.
struct seat {
  std::shared_ptr<actors::outbox> outbox;
  participant_actor participant;
  std::optional<protocol::principal_id> who; ///< bound by HELLO
  // The decisions it hears: from the one that answered HELLO to the last before GOODBYE or before the seat was given
  // away.
  std::uint64_t from = 0;
  std::uint64_t until = 0;
  // The same of its visit before, when GOODBYE and the next HELLO came before the first was told.
  std::uint64_t earlier_from = 0;
  std::uint64_t earlier_until = 0;
  std::vector<protocol::frame_ptr> outgoing; ///< of one round of telling

  [[nodiscard]] bool hears(std::uint64_t sequence) const noexcept {
    return who && ((from <= sequence && sequence <= until) || (earlier_from <= sequence && sequence <= earlier_until));
  }
};

/// The work of a session actor without its mailbox. Each function is one kind of mail; the actor only dispatches.
class session_desk {
public:
  session_desk(session_actor::pointer self, std::shared_ptr<protocol::session> facts, session_surroundings around);

  void attach_seat(attach& mail);
  void vacate(protocol::seat_number seat);
  void receive(arrivals& mail);
  void sign_of_life(const lives& mail);
  void rule(const protocol::ruling& what);
  void hand_to_journal();
  void tell(const store::kept& kept);
  void wake(const tick& mail);
  void close(protocol::close_reason reason);
  void stop(bool ends);
  void replace(const replace_policy& mail);
  void leave_if_idle();
  void tell_missed(const missed_found& mail);
  [[nodiscard]] const protocol::session& facts() const noexcept { return *facts_; }

private:
  void process(arrivals& mail);
  void process_one(arrival& one, const arrivals& mail);
  void vacate_now(protocol::seat_number at);
  void consult(const std::shared_ptr<const protocol::deliberation>& question);
  /// A deliberation is over: whoever waited behind it comes next.
  void go_on();
  [[nodiscard]] base::instant now() const;
  /// What this session asks of every connection, as it is now.
  void set_terms();
  /// What is kept of a decision until the journal has it: what to tell, and what follows for seats.
  void keep(protocol::decision made);
  void follow(const protocol::decision& made);
  void judge_hello(const protocol::admitted& message, const protocol::decision& made);
  void take_seat(protocol::seat_number at, const protocol::principal_id& who, std::uint64_t from);
  void broadcast(const protocol::decision& what);
  void look_up(const std::shared_ptr<const protocol::replay_request>& missed);
  void give(protocol::seat_number at, seat& to, const protocol::frame_ptr& frame);
  void send_outgoing(base::instant since);
  /// To those who leave after a decision that is told by now.
  void say_farewells(std::uint64_t told_up_to);
  using seats = std::unordered_map<protocol::seat_number, seat>;
  /// Who heard for this person when that was decided; the end if nobody did.
  [[nodiscard]] seats::iterator seat_of(const protocol::principal_id& who, std::uint64_t sequence);
  void flush();
  void arm();
  /// When the session may ask to leave memory; `base::never` while somebody is connected or something is due.
  [[nodiscard]] base::instant may_leave_at() const;
  void poisoned(const std::exception& why, protocol::seat_number from, const protocol::message_id& message);

  session_actor::pointer self_;
  std::shared_ptr<protocol::session> facts_;
  session_surroundings around_;
  std::shared_ptr<const protocol::admission_terms> terms_;
  seats seats_;
  std::unordered_map<protocol::conflict_id, conflict_actor> conflicts_;
  std::vector<std::shared_ptr<const protocol::decision>> fresh_; // not with the journal yet
  std::deque<std::shared_ptr<const protocol::decision>> untold_; // with the journal, not kept yet
  std::size_t deliberating_ = 0;                                 // questions before conflicts
  std::deque<std::variant<arrivals, vacated>> held_; // meanwhile; bounded by net's inbound_window for each seat
  std::uint64_t kept_;                               // number of the last decision that was absorbed whole
  bool hand_over_asked_ = false;
  std::uint64_t alarm_ = 0; // number of the one alarm that counts
  base::instant armed_ = base::never;
  base::instant idle_since_ = base::never;
  std::vector<protocol::seat_number> touched_; // seats with something outgoing
  struct leaver {
    protocol::seat_number at;
    farewell why;
    std::string reason;
    std::uint64_t after = 0; // the decision that is told first
  };
  std::vector<leaver> leaving_;
  catching_up catching_up_;
  bool stopping_ = false;
};

} // namespace mpac::actors
