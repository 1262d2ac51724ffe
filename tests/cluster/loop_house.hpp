// An actor system on I/O loops, as the hub has it, for tests of what runs there.
#pragma once

#include "cluster/loop_scheduler.hpp"
#include "net/loops.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

namespace mpac::cluster::tests {

using namespace std::chrono_literals;

/// No test waits longer for anything.
inline constexpr auto long_enough = 30s;

/// Waits for a promise that must be kept.
template <class T>
T kept(std::future<T> promised) {
  if (promised.wait_for(long_enough) != std::future_status::ready)
    throw std::runtime_error("nothing happened for too long");
  return promised.get();
}

/// Destroyed in the order that loop_scheduler.hpp asks for: the system first, then the loops, then their work.
struct loop_house {
  explicit loop_house(std::size_t count = 2) : threads(count, &jobs) {
    schedule_on_loops(config, jobs, threads);
    threads.start();
    system = std::make_unique<caf::actor_system>(config);
  }

  ~loop_house() { system.reset(); }
  loop_house(const loop_house&) = delete;
  loop_house& operator=(const loop_house&) = delete;

  /// Runs `action` on a loop's thread and waits for it.
  void on_loop(std::size_t loop, std::function<void()> action) {
    auto done = std::make_shared<std::promise<void>>();
    threads.post(loop, [=] {
      action();
      done->set_value();
    });
    kept(done->get_future());
  }

  loop_jobs jobs;
  net::loops threads;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
};

} // namespace mpac::cluster::tests
