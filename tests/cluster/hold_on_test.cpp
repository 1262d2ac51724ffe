// An actor system on loops ends although the loops' threads have spawned actors and so hold on to CAF's logger.
#include "cluster/loop_scheduler.hpp"
#include "net/loops.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

#include <future>
#include <memory>

using namespace mpac;
using namespace mpac::cluster;
using namespace std::chrono_literals;

TEST_CASE("an actor system ends without anybody having let go of it before", "[runtime]") {
  loop_jobs jobs;
  net::loops threads(2, &jobs);
  caf::actor_system_config config;
  schedule_on_loops(config, jobs, threads);
  threads.start();
  auto system = std::make_unique<caf::actor_system>(config);
  for (std::size_t loop = 0; loop < threads.count(); ++loop) {
    std::promise<void> spawned;
    threads.post(loop, [&] {
      system->spawn([](caf::event_based_actor*) {});
      spawned.set_value();
    });
    REQUIRE(spawned.get_future().wait_for(30s) == std::future_status::ready);
  }
  system.reset(); // on the thread that made it, for that one holds on too; a hang is ctest's to end
  CHECK(threads.count() == 2);
}
