#include "tests/simulation/world.hpp"

#include "actors/journal.hpp"
#include "actors/participant.hpp"
#include "actors/registry.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/onlooker.hpp"
#include "tests/simulation/policies.hpp"
#include "tests/support/fragile_engine.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <array>

namespace mpac::tests {
namespace {

using namespace std::chrono_literals;

struct deterministic : caf::actor_system_config {
  deterministic() { set("scheduler.policy", caf::atom("testing")); }
};

/// What comes out of one seat goes before the onlooker.
class watched_outbox final : public actors::outbox {
public:
  watched_outbox(protocol::seat_number at, std::shared_ptr<onlooker> watch) : at_(at), watch_(std::move(watch)) {}
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant) override {
    heard += frames.size();
    watch_->delivered_at(at_, frames);
  }
  void close(actors::farewell, std::string) override { is_closed = true; }
  void grant(std::size_t messages) override { granted += messages; }
  void admitted() override {}

  std::size_t granted = 0, heard = 0;
  bool is_closed = false;

private:
  protocol::seat_number at_;
  std::shared_ptr<onlooker> watch_;
};

struct connection {
  actors::participant_actor participant;
  std::shared_ptr<watched_outbox> out;
  protocol::seat_number seat = 0;
  std::size_t sent = 0;
  std::string last;
};

protocol::session_id id_of(std::size_t session) {
  return protocol::session_id("s" + std::to_string(session));
}

} // namespace

struct world::machinery {
  explicit machinery(std::uint64_t seed) : chance(seed ^ 0xabcdef), idle_unload(seed % 3 == 0 ? 30s : 0s) {
    // Readings before the process began would be rounded the other way.
    scheduler.clock().current_time = std::chrono::steady_clock::now() + 1h;
    journal = actors::spawn_journal(system, std::make_unique<fragile_engine>(engine), watch);
    actors::registry_terms terms;
    terms.journal = journal;
    terms.watch = watch;
    terms.idle_unload = idle_unload;
    terms.source = [seed](const protocol::session_id& id) -> std::optional<protocol::session_origin> {
      protocol::session_origin origin;
      origin.id = id;
      origin.policy = founding_policy(seed, static_cast<std::size_t>(id.str().back() - '0'));
      origin.limits.participants = seed % 7 == 0 ? 3 : 0;
      origin.limits.intents_per_participant = seed % 5 == 0 ? 2 : 0;
      return origin;
    };
    registry = system.spawn(actors::registry_room, std::move(terms));
  }

  ~machinery() {
    caf::anon_send(registry, actors::stop_all{});
    run();
    while (scheduler.trigger_timeout()) // the clock holds who still waits for it
      run();
    lines = {};
    registry = nullptr;
    journal = nullptr;
    run();
  }

  // --- turns ---

  /// One actor works off one message; which of those that could is a matter of chance.
  bool turn() {
    auto& jobs = scheduler.jobs;
    if (jobs.empty())
      return false;
    if (jobs.size() > 1)
      std::swap(jobs.front(), jobs[chance.roll(static_cast<std::uint32_t>(jobs.size()))]);
    ++turns;
    caf::logger::set_current_actor_system(nullptr); // else CAF notes whose turn it is in a log that nobody keeps
    return scheduler.try_run_once();
  }

  void run() {
    while (turn())
      meet();
  }

  /// Learns where the facts of sessions are that have just come into memory, before anything happens to them.
  void meet() {
    for (const auto& id : watch->newcomers()) {
      caf::scoped_actor asker(system);
      auto pending = asker->request(registry, caf::infinite, id);
      while (!asker->has_next_message() && turn()) {
      }
      actors::session_actor room;
      pending.receive([&](actors::session_actor& found) { room = found; }, [](const caf::error&) {});
      bool has_looked = !room;
      caf::anon_send(room, actors::inspect{[this, id, &has_looked](const protocol::session& facts) {
                       has_looked = true;
                       watch->shadow(id).facts = &facts;
                     }});
      while (!has_looked && turn()) {
      }
    }
  }

  /// Everything that was sent has been dealt with.
  void settle() {
    run();
    if (watch->amiss())
      return;
    if (!engine->fails && !is_retrying)
      watch->check_settled();
    for (std::size_t line = 0; line < lines.size(); ++line)
      if (const auto& there = lines[line]; there.out && !there.out->is_closed && there.out->granted != there.sent)
        watch->amiss().report("line " + std::to_string(line) + " sent " + std::to_string(there.sent) +
                              " messages and has credit for " + std::to_string(there.out->granted));
  }

  void pass(base::duration span) {
    settle();
    const auto until = scheduler.clock().now() + span;
    for (;;) {
      const auto& plan = scheduler.clock().schedule();
      if (plan.empty() || plan.begin()->first > until)
        break;
      scheduler.trigger_timeout();
      run();
    }
    scheduler.clock().current_time = until;
    is_retrying = is_retrying && span < 2s;
    settle();
  }

  // --- connections ---

  void connect(std::size_t line) {
    if (lines[line].out)
      disconnect(line);
    auto& there = lines[line];
    there.seat = ++seats;
    there.out = std::make_shared<watched_outbox>(there.seat, watch);
    const auto session = id_of(session_of(line));
    watch->takes_seat(there.seat, session);
    there.participant =
        system.spawn(actors::participant_room, there.seat, session, registry,
                     std::shared_ptr<actors::outbox>(there.out), std::shared_ptr<actors::observer>(watch));
  }

  void disconnect(std::size_t line) {
    auto& there = lines[line];
    if (!there.out)
      return;
    watch->is_leaving(there.seat);
    frames += there.out->heard;
    caf::anon_send(there.participant, actors::line_gone{});
    there = {};
  }

  void send(std::size_t line, std::string text) {
    auto& there = lines[line];
    actors::letters all;
    all.when = base::at(scheduler.clock().now());
    auto& mail = all.all.emplace_back();
    mail.frame = protocol::frame::of(text);
    const auto* facts = watch->shadow(id_of(session_of(line))).facts;
    auto said = decoder.decode(mail.frame, facts && facts->policy().strict ? protocol::strictness::strict
                                                                           : protocol::strictness::lenient);
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
    ++there.sent;
    there.last = std::move(text);
    caf::anon_send(there.participant, std::move(all));
  }

  /// Where somebody with two connections listens; mostly that is the one they speak on.
  std::size_t line_of(const step& now) {
    const auto other = now.line < tests::lines - 2 * sessions ? now.line + sessions * people_of_a_session
                                                              : now.line - sessions * people_of_a_session;
    const auto hears = [&](std::size_t line) {
      const auto& there = lines[line];
      return there.out && !there.out->is_closed && watch->seat(there.seat).hears;
    };
    return other < tests::lines && now.order % 16 != 0 && !hears(now.line) && hears(other) ? other : now.line;
  }

  void speak(step now) {
    now.line = static_cast<std::uint8_t>(line_of(now));
    const bool was_away = !lines[now.line].out || lines[now.line].out->is_closed;
    if (was_away)
      connect(now.line);
    auto& session = watch->shadow(id_of(session_of(now.line)));
    const auto& seat = watch->seat(lines[now.line].seat);
    // Who has just come says HELLO first, unless there is no sense to it.
    const bool greets = !seat.hears && now.choices % 8 != 0;
    auto said =
        people.say(greets ? step{deed::hello, now.line, now.choices, now.order} : now, session, seat.heard_lamport);
    if (said.needs_answer)
      watch->expects_answer(lines[now.line].seat, said.number);
    send(now.line, std::move(said.text));
  }

  /// Asks the operator's way into a session that is in memory.
  template <class Order>
  void order(std::size_t session, Order what) {
    if (!watch->shadow(id_of(session)).facts)
      return;
    caf::scoped_actor asker(system);
    auto pending = asker->request(registry, caf::infinite, id_of(session));
    run();
    pending.receive([&](actors::session_actor& room) { caf::anon_send(room, std::move(what)); },
                    [](const caf::error&) {});
  }

  void act(const step& now);

  dice chance;
  base::duration idle_unload;
  deterministic config;
  caf::actor_system system{config};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::shared_ptr<engine_switch> engine = std::make_shared<engine_switch>();
  std::shared_ptr<onlooker> watch = std::make_shared<onlooker>();
  actors::journal_actor journal;
  actors::registry_actor registry;
  std::array<connection, tests::lines> lines;
  population people;
  protocol::decoder decoder;
  protocol::seat_number seats = 0;
  std::uint64_t turns = 0, frames = 0, steps = 0;
  bool is_retrying = false;
};

void world::machinery::act(const step& now) {
  chance = dice(now.order);
  auto& there = lines[now.line];
  switch (now.what) {
  case deed::connect:
    connect(now.line);
    break;
  case deed::disconnect:
    disconnect(now.line);
    break;
  case deed::pong:
    if (there.out)
      caf::anon_send(there.participant, actors::pulse{base::at(scheduler.clock().now())});
    break;
  case deed::sideband:
    if (there.out)
      send(now.line, now.choices % 2 ? R"({"type":"SESSION_SUMMARY_REQUEST"})" : R"({"type":"FILE_LIST"})");
    break;
  case deed::duplicate:
    if (there.out && !there.last.empty())
      send(now.line, std::string(there.last));
    break;
  case deed::garbage:
    if (there.out)
      send(now.line, there.last.empty() ? "{" : there.last.substr(0, now.choices % there.last.size()));
    break;
  case deed::wait_a_little:
    pass(base::duration{1000 + now.choices % 900'000});
    break;
  case deed::wait:
    pass(base::duration{1'000'000 + now.choices % 9'000'000});
    break;
  case deed::wait_long:
    pass(base::duration{60'000'000 + now.choices % 60'000'000});
    break;
  case deed::change_policy:
    if (const auto* facts = watch->shadow(id_of(now.line % sessions)).facts)
      order(now.line % sessions, actors::replace_policy{changed_policy(facts->policy(), now.choices), {}});
    break;
  case deed::close_session:
    if (now.choices % 4 == 0)
      order(now.line % sessions, actors::close_session{protocol::close_reason::manual});
    break;
  case deed::engine_fails: // heals at once; what failed is tried again a second later
    run();
    engine->fails = true;
    speak({deed::heartbeat, now.line, now.choices, now.order});
    run();
    engine->fails = false;
    is_retrying = true;
    break;
  default:
    speak(now);
  }
  meet();
  if (now.order % 3 == 0) { // others act while this is under way
    for (auto more = now.order / 3 % 8; more != 0 && turn(); --more)
      meet();
  } else if (now.order % 3 == 1) {
    run();
  } else {
    settle();
  }
  if (++steps % 256 == 0)
    for (std::size_t session = 0; session < sessions; ++session)
      if (const auto& shadow = watch->shadow(id_of(session)); shadow.facts)
        check_snapshot(shadow, base::at(scheduler.clock().now()), watch->amiss());
}

world::world(std::uint64_t seed) : at_(std::make_unique<machinery>(seed)) {}
world::~world() = default;

void world::act(const step& now) {
  at_->act(now);
}

void world::end() {
  at_->is_retrying = true;
  at_->pass(5s);
  at_->is_retrying = false;
  for (std::size_t line = 0; line < lines; ++line)
    at_->disconnect(line);
  at_->pass(200s);
  at_->pass(200s);
  if (!at_->watch->amiss())
    at_->watch->check_end();
}

const violation& world::amiss() const {
  return at_->watch->amiss();
}

const tally& world::counts() const {
  return at_->watch->counts();
}

world::figures world::counted() const {
  auto frames = at_->frames;
  for (const auto& there : at_->lines)
    frames += there.out ? there.out->heard : 0;
  return {at_->watch->decisions(), at_->watch->refusals(), at_->turns, frames};
}

} // namespace mpac::tests
