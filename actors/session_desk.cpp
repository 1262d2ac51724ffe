#include "actors/session_desk.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace mpac::actors {

session_desk::session_desk(session_actor::pointer self, std::shared_ptr<protocol::session> facts,
                           session_surroundings around)
    : around_(std::move(around)), at_{self,
                                      std::move(facts),
                                      around_.watch,
                                      seating(self),
                                      disputes(self, around_.watch),
                                      untold(self, around_.journal),
                                      sealing(around_.coordinator_key, at_.facts->policy().security_profile)},
      decide_(at_, [this] { flush(); }), alarm_(self) {
  set_terms();
  around_.watch->session_opened(at_.facts->origin().id);
  idle_since_ = now();
  at_.store_answers = around_.store_answers;
  begin();
}

void session_desk::begin() {
  if (around_.begins == session_surroundings::beginning::made) {
    at_.has_begun = false;
    at_.untold.wants_image();
  }
  if (around_.begins == session_surroundings::beginning::interrupted) {
    decide_.take(decide_recovered(*at_.facts, now()));
    around_.watch->session_recovered(at_.facts->origin().id, at_.facts->origin().epoch);
    if (!at_.store_answers)
      ask_for_kept();
  }
  if (around_.begins != session_surroundings::beginning::made)
    decide_.live_through(now());
  flush();
}

base::instant session_desk::now() const {
  return base::at(at_.self->clock().now());
}

void session_desk::set_terms() {
  const auto& origin = at_.facts->origin();
  const auto& policy = at_.facts->policy();
  terms_ = std::make_shared<const protocol::admission_terms>(protocol::admission_terms{
      origin.id, origin.answers_to_any_id, policy.strict, at_.facts->coordinator(), around_.messages_per_sec,
      around_.burst, policy.security_profile, policy.security.replay_window, policy.liveness.heartbeat_interval});
}

// --- from participants ---

void session_desk::attach_seat(attach& mail) {
  at_.self->send(mail.participant, seated_at{session_actor(at_.self), terms_});
  at_.seats.add(mail);
  is_empty_ = false;
  idle_since_ = base::never;
}

void session_desk::vacate(const vacated& mail) {
  // What waits to be answered was never decided, and nobody is there any more to hear an answer.
  std::erase_if(waiting_for_kept_, [&](const arrivals& waiting) { return waiting.seat == mail.seat; });
  decide_.vacate(mail);
  flush();
}

void session_desk::receive(arrivals& mail) {
  if (!at_.store_answers)
    return answer_from_kept(mail);
  decide_.receive(mail);
  flush();
}

void session_desk::sign_of_life(const lives& mail) {
  if (!at_.store_answers)
    return;
  const auto* who = at_.seats.who_sits(mail.seat);
  if (!who)
    return;
  decide_.take(decide_alive(*at_.facts, *who, mail.when));
  flush();
}

// --- to and from the journal ---

void session_desk::flush() {
  if (at_.seats.empty() != is_empty_) // somebody has left as the last
    notice_emptiness();
  if (!at_.disputes.deliberating() || at_.untold.much()) // else the ruling does it, and what is held behind it goes too
    at_.untold.hand_over_soon(*at_.facts);
  arm();
}

void session_desk::notice_emptiness() {
  is_empty_ = true;
  idle_since_ = now();
  if (at_.has_begun || around_.is_named || !around_.registry)
    return;
  // Strangers came and went: what nobody has entered is nobody's, and to wait for somebody would be to let them fill
  // the hub.
  idle_since_ = base::never; // asked once
  at_.self->send(around_.registry, is_idle{at_.facts->origin().id});
}

void session_desk::hand_to_journal() {
  at_.untold.hand_over(*at_.facts);
}

void session_desk::tell(const store::kept& kept) {
  if (kept.wants_image())
    at_.untold.wants_image();
  const auto since = at_.untold.oldest();
  at_.untold.take(kept.up_to(), [&](const protocol::decision& what) {
    at_.seats.tell(what, at_.facts->people(), [this](const auto& missed) { look_up(missed); });
  });
  if (const auto frames = at_.seats.send(since); frames != 0)
    around_.watch->delivered(frames);
  std::erase_if(onlookers_, [&](const onlooker& one) {
    if (one.saw_up_to > kept.up_to())
      return false;
    one.tell();
    return true;
  });
  say_farewells(kept.up_to());
}

void session_desk::show(const inspect& mail) {
  if (mail.tell && !at_.store_answers && !kept_ && !at_.untold.nothing()) {
    waiting_to_look_.push_back(mail);
    if (!asked_for_kept_)
      ask_for_kept();
    return;
  }
  mail.look(facts());
  if (!mail.tell)
    return;
  if (at_.untold.nothing() || (!at_.store_answers && *kept_))
    mail.tell();
  else if (at_.store_answers) // else nothing of it can be told
    onlookers_.push_back({at_.facts->sequence(), mail.tell});
}

void session_desk::look_up(const std::shared_ptr<const protocol::replay_request>& missed) {
  at_.self->send(around_.journal, read_missed{at_.facts->origin().id, missed, session_actor(at_.self)});
}

void session_desk::tell_missed(const missed_found& mail) {
  if (!at_.seats.catch_up(mail.asked->seat, mail.what->frames)) // it has gone, or been shown out
    return;
  around_.watch->delivered(at_.seats.send(base::never));
  decide_.take(decide_replayed(*at_.facts, *mail.asked, *mail.what, now()));
  flush();
}

void session_desk::say_farewells(std::uint64_t told_up_to) {
  at_.seats.say_farewells(told_up_to);
  if (!stopping_ || !at_.untold.nothing())
    return;
  if (sleeps_when_stopped_ && at_.has_begun)
    at_.self->send(around_.journal, park{std::move(at_.facts), {}});
  at_.self->quit();
}

// --- while the store takes nothing ---

void session_desk::hear_of_store(const store_state& mail) {
  if (at_.store_answers == mail.answers)
    return;
  at_.store_answers = mail.answers;
  kept_.reset();
  if (!mail.answers) {
    onlookers_.clear();
    if (!at_.untold.nothing())
      ask_for_kept();
    return;
  }
  for (const auto& one : std::exchange(waiting_to_look_, {}))
    show(one);
  decide_.go_on_keeping();
  for (auto& waiting : std::exchange(waiting_for_kept_, {})) {
    waiting.when = now(); // it was the store's silence, not theirs
    decide_.receive(waiting);
  }
  flush();
}

void session_desk::ask_for_kept() {
  asked_for_kept_ = true;
  at_.self->send(around_.journal, look_up_kept{at_.facts->origin().id, session_actor(at_.self)});
}

void session_desk::take_kept_facts(const kept_facts& mail) {
  asked_for_kept_ = false;
  if (at_.store_answers)
    return;
  kept_ = mail.what;
  for (const auto& one : std::exchange(waiting_to_look_, {}))
    show(one);
  for (const auto& waiting : std::exchange(waiting_for_kept_, {}))
    answer_from_kept(waiting);
}

void session_desk::answer_from_kept(const arrivals& mail) {
  if (at_.untold.nothing())
    decide_.turn_away(mail, at_.facts.get());
  else if (kept_)
    decide_.turn_away(mail, kept_->get());
  else {
    waiting_for_kept_.push_back(mail);
    if (!asked_for_kept_) // something was decided since the store failed: somebody left, say
      ask_for_kept();
  }
}

// --- what is due ---

void session_desk::arm() {
  if (at_.disputes.deliberating() || !at_.store_answers)
    return; // the ruling does it, or whoever says that the store answers
  alarm_.set(at_.has_begun ? std::min(next_deadline(*at_.facts), may_leave_at()) : may_leave_at());
}

void session_desk::wake(const tick& mail) {
  if (!alarm_.rings(mail) || !at_.store_answers)
    return;
  const auto at = now();
  decide_.live_through(at);
  if (may_leave_at() <= at) {
    idle_since_ = base::never; // asked once
    at_.self->send(around_.registry, is_idle{at_.facts->origin().id});
  }
  flush();
}

base::instant session_desk::may_leave_at() const {
  const bool may = around_.registry && around_.idle_unload > base::duration::zero() && idle_since_ != base::never;
  // While something is going on the session stays: what sleeps for good may leave memory, and what waits for nothing
  // but its own end, for which the registry wakes it.
  const auto next = at_.has_begun ? next_deadline(*at_.facts) : base::never;
  return may && (next == base::never || next == at_.facts->end_of_life()) ? idle_since_ + around_.idle_unload
                                                                          : base::never;
}

// --- from the house ---

void session_desk::close(protocol::close_reason reason, protocol::close_disposition intents) {
  if (at_.facts->ended() || !at_.store_answers)
    return;
  decide_.take(decide_close(*at_.facts, reason, intents, now()));
  flush();
}

void session_desk::settle_claim(const actors::settle_claim& mail) {
  if (!at_.store_answers)
    return mail.answer(protocol::refusal{protocol::error_code::internal_error, nothing_is_kept, {}});
  decide_.live_through(now()); // the claim may be decided by now
  auto made = decide_claim(*at_.facts, mail.said, mail.by.value_or(at_.facts->coordinator()), now());
  if (!made)
    return mail.answer(made.error());
  decide_.take(std::move(*made));
  mail.answer(std::nullopt);
  flush();
}

void session_desk::stop(bool ends) {
  if (ends && at_.has_begun && !at_.facts->ended())
    decide_.take(decide_close(*at_.facts, protocol::close_reason::coordinator_shutdown,
                              protocol::close_disposition::withdraw_all, now()));
  hand_to_journal();
  at_.seats.dismiss_all(ends ? farewell::going_away : farewell::service_restart,
                        ends ? "the hub stops" : "service restart", at_.facts->sequence());
  stopping_ = true;
  sleeps_when_stopped_ = !ends;
  if (at_.untold.nothing())
    say_farewells(at_.facts->sequence());
}

void session_desk::replace(const replace_policy& mail) {
  if (mail.limits) {
    around_.idle_unload = mail.limits->idle_unload;
    around_.messages_per_sec = mail.limits->messages_per_sec;
    around_.burst = mail.limits->burst;
  }
  const auto& facts = *at_.facts;
  const auto limits = mail.limits ? mail.limits->session : facts.origin().limits;
  if (*mail.policy != facts.policy() || limits != facts.origin().limits) {
    if (at_.has_begun)
      decide_.take(decide_policy(facts, mail.policy, limits, now()));
    else
      decide_.begin_like(mail.policy, limits);
  }
  set_terms();
  at_.seats.announce(terms_);
  flush();
}

void session_desk::leave_if_idle() {
  const bool waits_for_store = !at_.store_answers && at_.has_begun; // else there is nothing to keep
  if (!at_.seats.empty() || at_.disputes.deliberating() || waits_for_store) {
    idle_since_ = at_.seats.empty() ? now() : base::never;
    at_.self->send(around_.registry, stays{at_.facts->origin().id});
    arm();
    return;
  }
  hand_to_journal();
  at_.disputes.end_all();
  around_.watch->session_unloaded(at_.facts->origin().id);
  if (at_.has_begun)
    at_.self->send(around_.journal, park{std::move(at_.facts), around_.registry});
  else // nobody will ask for it
    at_.self->send(around_.registry, is_parked{at_.facts->origin().id});
  at_.self->quit();
}

} // namespace mpac::actors
