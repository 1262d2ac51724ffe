#include "tests/support/actor_house.hpp"

#include "actors/journal.hpp"
#include "actors/participant.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <stdexcept>

namespace mpac::tests {
namespace {

struct deterministic : caf::actor_system_config {
  deterministic() { set("scheduler.policy", caf::atom("testing")); }
};

/// The close codes of the outside world (the gateway's table).
int code_of(actors::farewell why) {
  switch (why) {
  case actors::farewell::replaced:
    return 4009;
  case actors::farewell::turned_away:
    return 4004;
  case actors::farewell::try_again:
    return 1013;
  case actors::farewell::expired:
    return 1008;
  case actors::farewell::failed:
    return 1011;
  case actors::farewell::service_restart:
    return 1012;
  case actors::farewell::going_away:
    return 1001;
  }
  return 0;
}

} // namespace

struct actor_house::machinery {
  deterministic config;
  caf::actor_system system{config};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
};

actor_house::actor_house(house_rules rules)
    : correspondence(static_cast<stage&>(*this)), rules_(rules), machinery_(std::make_unique<machinery>()) {
  // Readings before the process began would be rounded the other way.
  machinery_->scheduler.clock().current_time = std::chrono::steady_clock::now() + std::chrono::hours{1};
  journal_ = spawn_patient_journal(
      machinery_->system, actors::spawn_journal(machinery_->system, std::make_unique<fragile_engine>(engine_), watch_),
      patience_);
  actors::registry_terms terms;
  terms.journal = journal_;
  terms.watch = watch_;
  terms.idle_unload = rules_.idle_unload;
  terms.sessions_limit = rules_.sessions_limit;
  terms.messages_per_sec = rules_.messages_per_sec;
  terms.burst = rules_.burst;
  terms.coordinator_key = rules_.coordinator_key;
  terms.has_failed = rules_.has_failed;
  terms.source = [this](const protocol::session_id& id) -> std::optional<protocol::session_origin> {
    if (id.str() == forbidden_)
      return std::nullopt;
    auto origin = origin_of(how_);
    origin.id = id;
    return origin;
  };
  terms.is_named = [this](const protocol::session_id& id) { return id.str() == configured_; };
  registry_ = machinery_->system.spawn(actors::registry_room, std::move(terms));
  run();
}

actor_house::~actor_house() {
  held_ = false;
  engine_->fails = false;
  let_journal_go();
  caf::anon_send(registry_, actors::stop_all{});
  run();
  // The clock holds who still waits for it.
  while (machinery_->scheduler.trigger_timeout())
    run();
  lines_.clear();
  registry_ = nullptr;
  journal_ = nullptr;
  run();
}

void actor_house::open(const opening& how) {
  how_ = how;
  (void)ask<actors::created>(actors::create_session{how.session, how.policy});
}

void actor_house::connect_to(const std::string& line, const std::string& session) {
  connection fresh;
  fresh.out = std::make_shared<recording_outbox>();
  const protocol::session_id id(session);
  fresh.participant = machinery_->system.spawn(
      actors::participant_room, ++seats_, id, registry_, std::shared_ptr<actors::outbox>(fresh.out),
      std::shared_ptr<actors::observer>(watch_), guards_, actors::peer_facts{line + ".test:1", certificate_});
  leads_to(line, id);
  lines_.insert_or_assign(line, std::move(fresh));
  settle();
}

void actor_house::disconnect(const std::string& line) {
  caf::anon_send(lines_.at(line).participant, actors::line_gone{});
  settle();
}

void actor_house::send(const std::string& line, std::string_view text) {
  actors::letters mail;
  mail.when = now();
  mail.all.push_back(opened(text));
  caf::anon_send(lines_.at(line).participant, std::move(mail));
  settle();
}

void actor_house::pong(const std::string& line) {
  caf::anon_send(lines_.at(line).participant, actors::pulse{now()});
  settle();
}

void actor_house::let_journal_go() {
  patience_->holds = false;
  caf::anon_send(journal_, actors::commit_batch{});
  settle();
}

std::optional<std::string> actor_house::hear(const std::string& line) {
  settle();
  auto& inbox = lines_.at(line).out->inbox;
  if (inbox.empty())
    return std::nullopt;
  auto text = std::move(inbox.front());
  inbox.pop_front();
  return text;
}

std::optional<int> actor_house::closed_with(const std::string& line) {
  settle();
  const auto& farewell = out(line).farewell;
  return farewell ? std::optional(code_of(farewell->first)) : std::nullopt;
}

void actor_house::wait(base::duration span) {
  auto& scheduler = machinery_->scheduler;
  run();
  const auto until = scheduler.clock().now() + span;
  for (;;) {
    const auto& plan = scheduler.clock().schedule();
    if (plan.empty() || plan.begin()->first > until)
      break;
    scheduler.trigger_timeout();
    run();
  }
  scheduler.clock().current_time = until;
}

base::instant actor_house::now() const {
  return base::at(machinery_->scheduler.clock().now());
}

void actor_house::close_session(protocol::close_reason reason, protocol::close_disposition intents) {
  caf::anon_send(session(how_.session.str()), actors::close_session{reason, intents});
  settle();
}

void actor_house::change_policy(protocol::shared_policy policy) {
  how_.policy = policy;
  caf::anon_send(session(how_.session.str()), actors::replace_policy{std::move(policy), {}});
  settle();
}

std::string actor_house::overview() {
  std::string json;
  look([&](const protocol::session& facts) { json = to_json(protocol::rules::overview_of(facts, now())); },
       how_.session.str());
  return json;
}

void actor_house::join(const std::string& line, const std::string& session, std::string_view hello_members) {
  connect_to(line, session);
  says(line, "HELLO " + std::string(hello_members));
  (void)heard(line);
}

void actor_house::says_at_once(const std::string& line, const std::vector<std::string>& notations) {
  actors::letters mail;
  mail.when = now();
  for (const auto& each : notations)
    mail.all.push_back(opened(letter(line, each)));
  caf::anon_send(lines_.at(line).participant, std::move(mail));
  settle();
}

void actor_house::together(const std::function<void()>& act) {
  held_ = true;
  act();
  held_ = false;
  run();
}

void actor_house::run() {
  while (step())
    ;
}

bool actor_house::step() {
  return machinery_->scheduler.try_run_once();
}

template <class Answer, class Question>
std::optional<Answer> actor_house::ask(Question question) {
  caf::scoped_actor asker(machinery_->system);
  auto pending = asker->request(registry_, caf::infinite, std::move(question));
  run();
  std::optional<Answer> answer;
  if (asker->has_next_message())
    pending.receive([&](Answer& given) { answer = std::move(given); },
                    [](const caf::error& why) { throw std::runtime_error(caf::to_string(why)); });
  return answer;
}

template std::optional<actors::created> actor_house::ask(actors::create_session);
template std::optional<actors::session_list> actor_house::ask(actors::list_sessions);
template std::optional<actors::session_actor> actor_house::ask(protocol::session_id);

bool actor_house::stop(bool ends) {
  caf::scoped_actor asker(machinery_->system);
  auto pending = asker->request(registry_, caf::infinite, actors::stop_all{ends});
  run();
  if (!asker->has_next_message())
    return false;
  bool stopped = false;
  pending.receive([&](bool) { stopped = true; },
                  [](const caf::error& why) { throw std::runtime_error(caf::to_string(why)); });
  return stopped;
}

actors::session_actor actor_house::session(const std::string& id) {
  return ask<actors::session_actor>(protocol::session_id(id)).value_or(actors::session_actor{});
}

void actor_house::look(const std::function<void(const protocol::session&)>& at, const std::string& id) {
  const auto room = session(id);
  if (!room)
    throw std::logic_error("there is no session " + id);
  caf::anon_send(room, actors::inspect{at});
  run();
}

void actor_house::crash(const std::string& id, const std::string& why) {
  caf::anon_send(session(id), actors::inspect{[why](const protocol::session&) { throw std::runtime_error(why); }});
  settle();
}

caf::actor_system& actor_house::system() noexcept {
  return machinery_->system;
}

actors::letter actor_house::opened(std::string_view text) {
  actors::letter mail;
  mail.frame = protocol::frame::of(text);
  auto said =
      decoder_.decode(mail.frame, how_.policy->strict ? protocol::strictness::strict : protocol::strictness::lenient);
  if (!said)
    mail.content = std::move(said.error());
  else
    std::visit(
        [&]<class What>(What& what) {
          if constexpr (std::is_same_v<What, protocol::envelope>)
            mail.content = std::move(what);
          else
            mail.content = protocol::sideband_request(std::move(what));
        },
        *said);
  return mail;
}

void actor_house::settle() {
  if (!held_)
    run();
}

} // namespace mpac::tests
