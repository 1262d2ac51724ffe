// Everything a session actor has on its desk, and what each kind of its mail does to that.
#pragma once

#include "actors/alarm.hpp"
#include "actors/deciding.hpp"
#include "actors/session.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace mpac::actors {

/// The work of a session actor without its mailbox. Each function is one kind of mail; the actor only dispatches.
class session_desk {
public:
  session_desk(session_actor::pointer self, std::shared_ptr<protocol::session> facts, session_surroundings around);

  void attach_seat(attach& mail);
  void vacate(const vacated& mail);
  void receive(arrivals& mail);
  void sign_of_life(const lives& mail);
  void hand_to_journal();
  void tell(const store::kept& kept);
  void wake(const tick& mail);
  void settle_claim(const actors::settle_claim& mail);
  void close(protocol::close_reason reason, protocol::close_disposition intents);
  void stop(bool ends);
  void replace(const replace_policy& mail);
  void leave_if_idle();
  void tell_missed(const missed_found& mail);
  void hear_of_store(const store_state& mail);
  void take_kept_facts(const kept_facts& mail);
  void show(const inspect& mail);
  /// What may be shown: while the store takes nothing, what it has kept.
  [[nodiscard]] const protocol::session& facts() const noexcept { return kept_ && *kept_ ? **kept_ : *at_.facts; }

  session_desk(const session_desk&) = delete;
  session_desk& operator=(const session_desk&) = delete;

private:
  [[nodiscard]] base::instant now() const;
  /// What this session asks of every connection, as it is now.
  void set_terms();
  void begin();
  void answer_from_kept(const arrivals& mail);
  void ask_for_kept();
  void look_up(const std::shared_ptr<const protocol::replay_request>& missed);
  /// To those who leave after a decision that is told by now.
  void say_farewells(std::uint64_t told_up_to);
  /// After every piece of mail: decisions go to the journal, and the alarm is set.
  void flush();
  void arm();
  /// The last who was connected has gone.
  void notice_emptiness();
  /// When the session may ask to leave memory; `base::never` while somebody is connected or something is due.
  [[nodiscard]] base::instant may_leave_at() const;

  session_surroundings around_;
  session_state at_;
  deciding decide_;
  alarm alarm_;
  std::shared_ptr<const protocol::admission_terms> terms_;
  bool is_empty_ = true; // nobody was connected when last looked at
  base::instant idle_since_ = base::never;
  bool stopping_ = false;
  bool sleeps_when_stopped_ = false;
  // While the store takes nothing and some decisions wait for it: the session without them, once it is here.
  std::optional<std::shared_ptr<const protocol::session>> kept_;
  /// Who has looked, at what is not kept yet. Bounded by what net lets the admin listener ask at once.
  struct onlooker {
    std::uint64_t saw_up_to = 0;
    std::function<void()> tell;
  };
  std::vector<onlooker> onlookers_;
  std::vector<inspect> waiting_to_look_; // while what is kept is being looked up
  bool asked_for_kept_ = false;
  std::vector<arrivals> waiting_for_kept_; // bounded by net's inbound_window for each seat
};

} // namespace mpac::actors
