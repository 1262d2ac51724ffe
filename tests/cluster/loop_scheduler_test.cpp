#include "cluster/loop_scheduler.hpp"
#include "tests/cluster/loop_house.hpp"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;

namespace {

using reporter = caf::typed_actor<caf::reacts_to<int>>;

/// Many actors that are told something once each, and nothing has woken before.
struct crowd {
  explicit crowd(caf::actor_system& system) {
    for (int i = 0; i < size; ++i)
      people.push_back(system.spawn<caf::lazy_init>([this](caf::event_based_actor*) -> caf::behavior {
        return {[this](int) {
          if (++told == size)
            all_told.set_value();
        }};
      }));
  }

  /// Somebody else, who tells how many of them had been told before.
  [[nodiscard]] caf::actor other(caf::actor_system& system) {
    return system.spawn<caf::lazy_init>([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](int) { told_before_other.set_value(told.load()); }};
    });
  }

  static constexpr int size = 500;
  std::vector<caf::actor> people;
  std::atomic<int> told{0};
  std::promise<void> all_told;
  std::promise<int> told_before_other;
};

/// Tells on which loop it got a message.
reporter::behavior_type report_loop(reporter::pointer, std::shared_ptr<std::promise<std::size_t>> where) {
  return {[=](int) { where->set_value(net::loops::current()); }};
}

} // namespace

TEST_CASE("an actor that another thread wakes runs on a loop's thread", "[loops]") {
  loop_house house;
  auto where = std::make_shared<std::promise<std::size_t>>();
  caf::anon_send(house.system->spawn(report_loop, where), 1);
  CHECK(kept(where->get_future()) < house.threads.count());
}

TEST_CASE("an actor runs on the loop that wakes it", "[loops]") {
  loop_house house(3);
  for (std::size_t loop = 0; loop < 3; ++loop) {
    auto where = std::make_shared<std::promise<std::size_t>>();
    // Not woken by its own birth: the message alone decides where it runs.
    const auto actor = house.system->spawn<caf::lazy_init>(report_loop, where);
    house.on_loop(loop, [&] { caf::anon_send(actor, 1); });
    CHECK(kept(where->get_future()) == loop);
  }
}

TEST_CASE("messages from many threads all arrive, those of one sender in order", "[loops]") {
  loop_house house;
  constexpr int senders = 4, each = 5000;
  auto done = std::make_shared<std::promise<bool>>();
  const auto sink = house.system->spawn([=](caf::event_based_actor*) -> caf::behavior {
    auto last = std::make_shared<std::vector<int>>(senders, -1);
    auto got = std::make_shared<int>(0);
    auto in_order = std::make_shared<bool>(true);
    return {[=](int who, int number) {
      *in_order = *in_order && number == (*last)[static_cast<std::size_t>(who)] + 1;
      (*last)[static_cast<std::size_t>(who)] = number;
      if (++*got == senders * each)
        done->set_value(*in_order);
    }};
  });
  std::vector<std::thread> threads;
  for (int who = 0; who < senders; ++who)
    threads.emplace_back([=] {
      for (int i = 0; i < each; ++i)
        caf::anon_send(sink, who, i);
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(kept(done->get_future()));
}

TEST_CASE("a delayed message arrives, on a loop, and not before its time", "[loops]") {
  loop_house house;
  auto where = std::make_shared<std::promise<std::size_t>>();
  const auto start = std::chrono::steady_clock::now();
  house.system->spawn([=](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 20ms, 1);
    return {[=](int) { where->set_value(net::loops::current()); }};
  });
  CHECK(kept(where->get_future()) < house.threads.count());
  CHECK(std::chrono::steady_clock::now() - start >= 20ms);
}

TEST_CASE("a timeout comes to whoever waits for it, and others that end take nobody's", "[loops]") {
  loop_house house;
  const auto silent = house.system->spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](int) { return self->make_response_promise(); }};
  });
  auto why = std::make_shared<std::promise<caf::error>>();
  house.system->spawn([=](caf::event_based_actor* self) {
    self->request(silent, 50ms, 1).then([](int) {}, [=](const caf::error& error) { why->set_value(error); });
    for (int i = 0; i < 20; ++i)
      self->spawn([](caf::event_based_actor* other) { other->quit(); });
  });
  CHECK(kept(why->get_future()) == caf::sec::request_timeout);
}

TEST_CASE("requests are answered between actors of different loops, and for threads that wait", "[loops]") {
  loop_house house;
  const auto doubler = house.system->spawn([]() -> caf::behavior { return {[](int x) { return 2 * x; }}; });
  auto sum = std::make_shared<std::promise<int>>();
  house.on_loop(1, [&] {
    house.system->spawn([=](caf::event_based_actor* self) {
      self->request(doubler, caf::infinite, 4).then([=](int y) { sum->set_value(y); });
    });
  });
  CHECK(kept(sum->get_future()) == 8);
  caf::scoped_actor self(*house.system);
  int answer = 0;
  self->request(doubler, long_enough, 21)
      .receive([&](int y) { answer = y; }, [](const caf::error&) { FAIL("no answer"); });
  CHECK(answer == 42);
}

TEST_CASE("an actor that never comes to rest starves neither actors nor sockets of its loop", "[loops]") {
  loop_house house(1);
  std::atomic<bool> enough{false};
  std::atomic<long> rounds{0};
  const auto restless = house.system->spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->send(self, 1);
    return {[&, self](int) {
      ++rounds;
      if (!enough)
        self->send(self, 1);
    }};
  });
  auto where = std::make_shared<std::promise<std::size_t>>();
  caf::anon_send(house.system->spawn(report_loop, where), 1);
  bool served = true;
  try {
    CHECK(kept(where->get_future()) == 0);
    house.on_loop(0, [] {}); // what loops do beside actors
  } catch (const std::runtime_error&) {
    served = false;
  }
  enough = true;
  CHECK(served);
  CHECK(rounds > 0);
}

TEST_CASE("two that keep waking each other leave the loop its turns", "[loops]") {
  loop_house house(1);
  std::atomic<bool> enough{false};
  const auto partner = [&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int x) {
      if (!enough && self->current_sender())
        self->send(caf::actor_cast<caf::actor>(self->current_sender()), x);
    }};
  };
  const auto one = house.system->spawn(partner), two = house.system->spawn(partner);
  caf::send_as(one, two, 1);
  for (int i = 0; i < 20; ++i)
    house.on_loop(0, [] {});
  enough = true;
  SUCCEED("the loop served what was posted to it meanwhile");
}

TEST_CASE("a system ends with mail under way, timers set and actors unread, and nothing is left", "[loops]") {
  const auto witness = std::make_shared<int>(0);
  {
    loop_house house;
    for (int i = 0; i < 200; ++i) {
      const auto actor = house.system->spawn([witness](caf::event_based_actor* self) -> caf::behavior {
        self->delayed_send(self, 5ms, 1);
        return {[witness, self](int) { self->quit(); }, [witness](const std::string&) {}};
      });
      caf::anon_send(actor, std::string("unread, perhaps"));
    }
    CHECK(witness.use_count() > 1);
  }
  CHECK(witness.use_count() == 1);
}

TEST_CASE("what others have handed over goes before what the clock has woken, and that is not forgotten", "[loops]") {
  loop_house house(1);
  crowd sleepers(*house.system);
  std::promise<void> rung;
  const auto bell = house.system->spawn<caf::detached>(
      [&](caf::event_based_actor*) -> caf::behavior { return {[&](int) { rung.set_value(); }}; });
  house.on_loop(0, [&, own = sleepers.other(*house.system)] {
    for (const auto& each : sleepers.people)
      caf::delayed_anon_send(each, 1ms, 1);
    caf::delayed_anon_send(bell, 2ms, 1);
    kept(rung.get_future()); // the clock has woken them all
    std::thread elsewhere([&] { caf::anon_send(own, 1); });
    elsewhere.join();
  });
  CHECK(kept(sleepers.told_before_other.get_future()) == 0);
  kept(sleepers.all_told.get_future());
}

TEST_CASE("whom the clock has woken waits no longer than a moment, however busy the loop", "[loops]") {
  loop_jobs jobs;
  net::loops threads(1, &jobs);
  caf::actor_system_config config;
  schedule_on_loops(config, jobs, threads);
  auto system = std::make_unique<caf::actor_system>(config);
  std::promise<void> rung;
  bool is_heard = false;
  caf::delayed_anon_send(system->spawn<caf::lazy_init>(
                             [&](caf::event_based_actor*) -> caf::behavior { return {[&](int) { is_heard = true; }}; }),
                         1ms, 1);
  caf::delayed_anon_send(system->spawn<caf::detached>([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { rung.set_value(); }};
  }),
                         2ms, 1);
  kept(rung.get_future());
  // As a loop would that has no time for anything patient.
  jobs.turn(0);
  CHECK_FALSE(is_heard);
  CHECK(jobs.has_patient_work(0));
  for (const auto end = std::chrono::steady_clock::now() + long_enough;
       !is_heard && std::chrono::steady_clock::now() < end;)
    jobs.turn(0);
  CHECK(is_heard);
  CHECK_FALSE(jobs.has_patient_work(0));
  threads.start(); // the system's end waits for its threads
  system.reset();
}

TEST_CASE("what a loop has brought about itself goes before what others have handed over", "[loops]") {
  loop_house house(1);
  crowd strangers(*house.system);
  house.on_loop(0, [&, own = strangers.other(*house.system)] {
    std::thread elsewhere([&] {
      for (const auto& each : strangers.people)
        caf::anon_send(each, 1);
    });
    elsewhere.join();
    caf::anon_send(own, 1);
  });
  CHECK(kept(strangers.told_before_other.get_future()) == 0);
  kept(strangers.all_told.get_future()); // and they all come to their turn
}
