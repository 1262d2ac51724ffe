#include "tests/simulation/world.hpp"

#include "actors/participant.hpp"
#include "tests/simulation/hub.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/onlooker.hpp"
#include "tests/simulation/policies.hpp"

#include <array>
#include <stdexcept>

namespace mpac::tests {
namespace {

using namespace std::chrono_literals;

struct connection {
  actors::participant_actor participant;
  std::shared_ptr<watched_outbox> out;
  protocol::seat_number seat = 0;
  std::size_t sent = 0;
  std::string last;
};

/// Of the message with that text.
std::uint64_t number_in(std::string_view text) {
  constexpr std::string_view label = R"("message_id":")";
  const auto at = text.find(label);
  return at == text.npos ? 0 : message_number(text.substr(at + label.size()));
}

protocol::session_id id_of(std::size_t session) {
  return protocol::session_id("s" + std::to_string(session));
}

} // namespace

struct world::machinery {
  explicit machinery(std::uint64_t seed) : house(seed, watch) {}
  ~machinery() {
    for (auto& there : lines)
      if (there.out)
        caf::anon_send(there.participant, actors::line_gone{});
    lines = {};
  }

  /// Everything that was sent has been dealt with.
  void settle() {
    house.run();
    if (watch->amiss() || house.is_slow())
      return;
    if (!may_fail())
      watch->check_settled();
    for (std::size_t line = 0; line < lines.size(); ++line)
      if (const auto& there = lines[line]; there.out && !there.out->is_closed && there.out->granted != there.sent)
        watch->amiss().report("line " + std::to_string(line) + " sent " + std::to_string(there.sent) +
                              " messages and has credit for " + std::to_string(there.out->granted));
  }

  void pass(base::duration span) {
    settle();
    house.pass_until(house.now() + span);
    is_retrying = is_retrying && span < 2s;
    watch->disk_may_fail(may_fail());
    settle();
  }

  [[nodiscard]] bool may_fail() { return house.memory().fails || house.disk().in_trouble() || is_retrying; }

  /// The disk answers again; what failed is tried again a second later.
  void heal() {
    is_retrying = is_retrying || may_fail();
    house.disk().heal();
    house.memory().fails = false;
  }

  // --- the hub ends and begins ---

  /// All connections are gone with it.
  void end_hub(bool with_power) {
    for (auto& there : lines) {
      if (!there.out)
        continue;
      frames += there.out->heard;
      caf::anon_send(there.participant, actors::line_gone{});
      there = {};
    }
    watch->hub_is_gone(with_power);
    house.end(with_power);
  }

  /// `away`: until somebody starts it again.
  void begin_hub(base::duration away) {
    house.pass_until(house.now() + away + 1ms); // two lives never share a moment
    house.begin();
  }

  void restart(const step& now) {
    if (now.choices % 2 == 0)
      settle();
    for (std::size_t session = 0; session < sessions; ++session)
      watch->shadow(id_of(session)).facts = nullptr;
    if (house.stop()) {
      watch->check_stopped();
      for (const auto& there : lines)
        if (there.out && !there.out->is_closed && watch->seat(there.seat).hears)
          watch->amiss().report("the hub has stopped, and seat " + std::to_string(there.seat) + " is left open");
      watch->counts().happened(occasion::hub_restarted);
    }
    end_hub(now.choices % 3 == 0);
    begin_hub(base::duration{now.choices % 5 == 0 ? now.choices % 90'000'000 : 0});
  }

  void crash(const step& now) {
    const bool with_power = now.what == deed::power_fails;
    if (now.choices % 3 == 0) { // while something is written
      house.disk().begin_trouble(1);
      watch->disk_may_fail(true);
      speak({deed::heartbeat, now.line, now.choices, now.order});
      for (auto more = now.order % 16; more != 0 && house.turn(); --more)
        house.meet();
    }
    end_hub(with_power);
    house.disk().heal();
    is_retrying = false;
    watch->disk_may_fail(false);
    watch->counts().happened(with_power ? occasion::power_lost : occasion::hub_killed);
    begin_hub(base::duration{now.choices % 5 == 0 ? now.choices % 90'000'000 : 0});
  }

  // --- connections ---

  void connect(std::size_t line) {
    if (lines[line].out)
      disconnect(line);
    auto& there = lines[line];
    there.seat = ++seats;
    there.out = std::make_shared<watched_outbox>(there.seat, watch, house.life());
    const auto session = id_of(session_of(line));
    watch->takes_seat(there.seat, session);
    there.participant = house.system().spawn(actors::participant_room, there.seat, session, house.registry(),
                                             std::shared_ptr<actors::outbox>(there.out),
                                             std::shared_ptr<actors::observer>(house.life()),
                                             std::shared_ptr<const actors::safeguards>{}, actors::peer_facts{});
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
    all.when = base::at(house.now());
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
    if (auto room = house.find(id_of(session)))
      caf::anon_send(room, std::move(what));
  }

  void act(const step& now);
  void act_on_house(const step& now);

  std::shared_ptr<onlooker> watch = std::make_shared<onlooker>();
  hub house;
  std::array<connection, tests::lines> lines;
  population people;
  protocol::decoder decoder;
  protocol::seat_number seats = 0;
  std::uint64_t frames = 0, steps = 0;
  bool is_retrying = false;
};

/// What becomes of the hub and its disk.
void world::machinery::act_on_house(const step& now) {
  const bool durable = house.is_durable();
  switch (now.what) {
  case deed::engine_fails: // heals at once
    house.run();
    if (durable)
      house.disk().begin_trouble(1);
    else
      house.memory().fails = true;
    watch->disk_may_fail(true);
    speak({deed::heartbeat, now.line, now.choices, now.order});
    house.run();
    heal();
    break;
  case deed::power_fails:
  case deed::hub_killed:
    if (durable)
      crash(now);
    break;
  case deed::hub_restarts:
    if (durable)
      restart(now);
    break;
  case deed::session_fails:
    if (durable)
      order(now.line % sessions,
            actors::inspect{[watch = watch.get(), id = id_of(now.line % sessions)](const protocol::session&) {
              watch->shadow(id).facts = nullptr;
              watch->expect_failure();
              throw std::runtime_error("a mistake of the simulation's");
            }});
    break;
  case deed::disk_fails:
    if (durable && !house.disk().in_trouble()) {
      house.disk().begin_trouble(now.choices);
      watch->disk_may_fail(true);
    }
    break;
  case deed::disk_is_slow:
    if (durable)
      house.is_slow_until(house.now() + base::duration{now.choices % 3'000'000});
    break;
  default:
    break;
  }
}

void world::machinery::act(const step& now) {
  house.choose(now.order, now.choices);
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
      caf::anon_send(there.participant, actors::pulse{base::at(house.now())});
    break;
  case deed::sideband:
    if (there.out)
      send(now.line, now.choices % 2 ? R"({"type":"SESSION_SUMMARY_REQUEST"})" : R"({"type":"FILE_LIST"})");
    break;
  case deed::duplicate:
    if (there.out && !there.last.empty()) {
      watch->is_said_again(number_in(there.last));
      send(now.line, std::string(there.last));
    }
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
  case deed::engine_fails:
  case deed::power_fails:
  case deed::hub_killed:
  case deed::hub_restarts:
  case deed::session_fails:
  case deed::disk_fails:
  case deed::disk_is_slow:
    act_on_house(now);
    break;
  default:
    speak(now);
  }
  house.meet();
  if (now.order % 3 == 0) { // others act while this is under way
    for (auto more = now.order / 3 % 8; more != 0 && house.turn(); --more)
      house.meet();
  } else if (now.order % 3 == 1) {
    house.run();
  } else {
    settle();
  }
  if (house.disk().in_trouble()) {
    house.disk().go_on();
    is_retrying = true;
  }
  if (++steps % 256 == 0)
    for (std::size_t session = 0; session < sessions; ++session)
      if (const auto& shadow = watch->shadow(id_of(session)); shadow.facts)
        check_snapshot(shadow, base::at(house.now()), watch->amiss());
}

world::world(std::uint64_t seed) : at_(std::make_unique<machinery>(seed)) {}
world::~world() = default;

void world::act(const step& now) {
  at_->act(now);
}

void world::end() {
  at_->heal();
  at_->is_retrying = true;
  at_->pass(10s);
  for (std::size_t line = 0; line < lines; ++line)
    at_->disconnect(line);
  at_->pass(200s);
  at_->pass(200s);
  if (at_->watch->amiss())
    return;
  at_->watch->check_end();
  if (!at_->house.is_durable())
    return;
  at_->end_hub(true); // and all that is kept once more
  at_->begin_hub({});
  at_->pass(10s);
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
  return {at_->watch->decisions(), at_->watch->refusals(), at_->house.turns(), frames};
}

} // namespace mpac::tests
