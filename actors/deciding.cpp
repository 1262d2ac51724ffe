#include "actors/deciding.hpp"

#include "protocol/session_image.hpp"
#include "protocol/wire/decoder.hpp"
#include "security/log_keeping.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mpac::actors {

namespace {

/// What a decision refuses: its words stand in the frame alone.
protocol::refusal refusal_in(const protocol::decision& made) {
  protocol::refusal why{*made.cause.error, {}, made.cause.message};
  for (const auto& notice : made.notices) {
    protocol::decoder reader;
    const auto read = reader.decode(notice.frame, protocol::strictness::lenient);
    const auto* said = read ? std::get_if<protocol::envelope>(&*read) : nullptr;
    if (const auto* error = said ? std::get_if<protocol::protocol_error>(&said->body) : nullptr)
      why.description = error->description;
  }
  return why;
}

} // namespace

base::instant deciding::now() const {
  return base::at(at_.self->clock().now());
}

// --- what comes in ---

void deciding::receive(arrivals& mail) {
  disputes::pile pile{std::move(mail)};
  if (at_.disputes.deliberating())
    at_.disputes.hold(std::move(pile));
  else
    process(std::move(pile));
}

void deciding::turn_away(const arrivals& mail, const protocol::session* kept) {
  for (const auto& one : mail.all) {
    at_.seats.say(mail.seat, at_.sealing.seal(answer_without_keeping(one, mail, kept)));
    if (const auto* message = std::get_if<protocol::admitted>(&one))
      judge_refused(*message);
  }
  at_.watch->delivered(at_.seats.send(mail.when));
  at_.seats.grant(mail.seat, mail.all.size());
}

protocol::frame_ptr deciding::answer_without_keeping(const arrival& one, const arrivals& mail,
                                                     const protocol::session* kept) {
  protocol::refusal why{protocol::error_code::internal_error, nothing_is_kept, {}};
  if (const auto* message = std::get_if<protocol::admitted>(&one)) {
    why.refers_to = message->envelope().message_id;
  } else if (const auto* said = std::get_if<protocol::refusal>(&one)) {
    why = *said;
  } else if (kept) {
    auto made = decide(*kept, std::get<protocol::sideband_request>(one), mail.who, mail.seat, mail.when);
    if (!made.cause.error && made.notices.size() == 1)
      return std::move(made.notices.front().frame);
    why = {protocol::error_code::invalid_reference, "the workspace opens with HELLO", {}};
  }
  return say_refused(why, mail.when);
}

void deciding::go_on_keeping() {
  const auto when = now();
  std::vector<protocol::principal_id> here;
  at_.seats.for_each_person([&](const protocol::principal_id& who) { here.push_back(who); });
  for (const auto& who : here)
    if (at_.facts->people().find(who))
      take(decide_alive(*at_.facts, who, when));
  live_through(when);
}

void deciding::vacate(const vacated& mail) {
  if (at_.disputes.deliberating()) // what it said before is still to come
    at_.disputes.hold(mail);
  else
    vacate_now(mail.seat);
}

void deciding::vacate_now(protocol::seat_number at) {
  const auto who = at_.seats.remove(at);
  const auto* person = who ? at_.facts->people().find(*who) : nullptr;
  if (person && person->seat == at)
    take(decide_vacated(*at_.facts, *who, at, now()));
}

void deciding::process(disputes::pile mail) {
  auto& [came, done] = mail;
  live_through(came.when); // what was due comes before
  const auto before = done;
  while (done < came.all.size() && !at_.disputes.deliberating())
    process_one(came.all[done++], came);
  at_.seats.grant(came.seat, done - before);
  if (done != came.all.size())
    at_.disputes.hold_first(std::move(mail));
}

void deciding::process_one(arrival& one, const arrivals& mail) {
  const auto& facts = *at_.facts;
  const auto* message = std::get_if<protocol::admitted>(&one);
  try {
    if (!at_.has_begun && !begins_with(one, mail))
      return;
    if (is_a_strangers(one, mail))
      return say_unrecorded(answer_without_keeping(one, mail, at_.facts.get()), mail);
    if (message) {
      protocol::live(*at_.facts, *message, hearing{*this, *message, mail.place.get()});
    } else if (const auto* why = std::get_if<protocol::refusal>(&one)) {
      take(decide(facts, *why, mail.seat, mail.when));
    } else {
      take(decide(facts, std::get<protocol::sideband_request>(one), mail.who, mail.seat, mail.when));
    }
  } catch (const std::exception& why) {
    poisoned(why, mail.seat, message ? message->envelope().message_id : protocol::message_id{});
    if (message) // a participant waits for the verdict, whatever it is
      judge_refused(*message);
  }
}

bool deciding::begins_with(const arrival& one, const arrivals& mail) {
  protocol::frame_ptr answer;
  const auto* message = std::get_if<protocol::admitted>(&one);
  if (message) {
    const auto made = protocol::decide(*at_.facts, *message);
    if (!made.cause.error)
      return true;
    answer = say_refused(refusal_in(made), mail.when);
  } else {
    answer = answer_without_keeping(one, mail, at_.facts.get());
  }
  say_unrecorded(answer, mail);
  if (message)
    judge_refused(*message);
  return false;
}

bool deciding::is_a_strangers(const arrival& one, const arrivals& mail) const {
  return !mail.who && !std::holds_alternative<protocol::admitted>(one) &&
         at_.facts->policy().security_profile != protocol::security_profile::open;
}

void deciding::say_unrecorded(const protocol::frame_ptr& answer, const arrivals& mail) {
  at_.seats.say(mail.seat, at_.sealing.seal(answer));
  at_.watch->delivered(at_.seats.send(mail.when));
}

protocol::frame_ptr deciding::say_refused(const protocol::refusal& why, base::instant when) {
  at_.watch->refused(why.code);
  return say_unkept(*at_.facts, why, ++turned_away_, when);
}

void deciding::begin_like(protocol::shared_policy policy, const protocol::session_limits& limits) {
  auto image = at_.facts->image();
  image.founding_policy = image.policy = std::move(policy);
  image.limits = limits;
  *at_.facts = protocol::session(std::move(image)); // who has looked at it knows where it is
}

void deciding::live_through(base::instant when) {
  if (!at_.has_begun)
    return; // nothing is due yet
  if (at_.disputes.deliberating())
    return; // a conflict judges by what it knows: what falls due meanwhile waits for its ruling
  if (!at_.store_answers)
    return; // what falls due waits as well
  protocol::live_through(*at_.facts, when, onward{*this});
}

// --- what follows ---

void deciding::take(protocol::decision made) {
  protocol::live(*at_.facts, std::move(made), onward{*this});
}

void deciding::hearing::operator()(protocol::decision&& made) const {
  if (place && made.cause.kind && !made.cause.error) // and not only that its sender lives
    place->take();
  if (std::holds_alternative<protocol::hello>(message.envelope().body))
    by.judge_hello(message, made);
  else if (message.identity() && made.cause.kind)
    by.at_.seats.judge(message.seat(), key_judged{!made.cause.error});
  by.keep(std::move(made));
}

void deciding::complete(protocol::decision& made) const {
  at_.sealing.seal(made);
  if (at_.facts->policy().security_profile == protocol::security_profile::verified)
    security::chain(made, *at_.facts);
}

void deciding::keep(protocol::decision made) {
  const auto sequence = made.sequence;
  at_.has_begun = true;
  at_.watch->decided(at_.facts->origin().id, made);
  follow(made);
  const bool is_the_end = std::any_of(made.events.begin(), made.events.end(), [](const protocol::event& each) {
    return std::holds_alternative<protocol::session_ended>(each);
  });
  at_.untold.add(std::move(made));
  if (is_the_end) // the final snapshot is kept with what ended it, and so before anybody is told (SPEC 14.5)
    at_.untold.wants_image();
  kept_ = sequence; // last: what could not be kept must not pass for nothing (see poisoned)
}

void deciding::follow(const protocol::decision& made) {
  for (const auto& e : made.events) {
    if (const auto* moved = std::get_if<protocol::conflict_moved>(&e); moved && moved->by_coordinator)
      at_.disputes.end(moved->conflict_id); // no ruling of its own: the next question makes a room that knows it
    else if (const auto* ended = std::get_if<protocol::conflict_ended>(&e))
      at_.disputes.end(ended->conflict_id);
    else if (const auto* left = std::get_if<protocol::participant_departed>(&e))
      at_.seats.depart(left->who, made.sequence);
  }
  for (const auto& question : made.consultations)
    consult(question);
}

void deciding::judge_refused(const protocol::admitted& message) {
  if (std::holds_alternative<protocol::hello>(message.envelope().body))
    at_.seats.judge(message.seat(), hello_judged{});
  else if (message.identity())
    at_.seats.judge(message.seat(), key_judged{});
}

void deciding::judge_hello(const protocol::admitted& message, const protocol::decision& made) {
  if (!at_.seats.has(message.seat()))
    return;
  hello_judged verdict;
  verdict.accepted = !made.cause.error;
  if (verdict.accepted) {
    const auto& sender = message.envelope().sender;
    verdict.who = sender.principal_id;
    verdict.type = sender.principal_type;
    verdict.instance = sender.sender_instance_id;
    verdict.lamport = at_.facts->people().find(sender.principal_id)->lamport;
    at_.seats.take(message.seat(), sender.principal_id, made.sequence);
  }
  at_.seats.judge(message.seat(), std::move(verdict));
}

void deciding::poisoned(const std::exception& why, protocol::seat_number from, const protocol::message_id& message) {
  const auto& facts = *at_.facts;
  if (facts.sequence() != kept_) // absorbed by half, or not kept: this session can't be trusted any more
    throw std::runtime_error(why.what());
  at_.watch->message_poisoned(facts.origin().id, why.what());
  protocol::refusal sorry{
      protocol::error_code::internal_error, "the hub could not process this message; nothing changed", {}};
  if (!message.empty())
    sorry.refers_to = message;
  if (!at_.has_begun) {
    at_.seats.say(from, at_.sealing.seal(say_unkept(facts, sorry, ++turned_away_, now())));
    at_.watch->delivered(at_.seats.send(now()));
    return;
  }
  take(decide(facts, sorry, from, now()));
}

// --- deliberations ---

void deciding::consult(const std::shared_ptr<const protocol::deliberation>& question) {
  const auto& room = at_.disputes.room_of(*at_.facts->conflicts().find(question->conflict_id));
  at_.disputes.asked();
  at_.self->request(room, caf::infinite, consider{question})
      .then([this](const ruled& answer) { rule(*answer.what); },
            [this, question](const caf::error& why) {
              at_.disputes.lose(question->conflict_id);
              poisoned(std::runtime_error(caf::to_string(why)), question->seat, question->message);
              go_on();
            });
}

void deciding::rule(const protocol::ruling& what) {
  try {
    take(decide(*at_.facts, what, now()));
  } catch (const std::exception& why) {
    poisoned(why, what.on().seat, what.on().message);
  }
  go_on();
}

void deciding::go_on() {
  at_.disputes.answered();
  while (auto next = at_.disputes.next()) {
    if (auto* mail = std::get_if<disputes::pile>(&*next))
      process(std::move(*mail));
    else
      vacate_now(std::get<vacated>(*next).seat);
  }
  live_through(now());
  settled_();
}

} // namespace mpac::actors
