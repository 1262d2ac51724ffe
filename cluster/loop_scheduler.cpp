#include "cluster/loop_scheduler.hpp"

#include "base/clock.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/execution_unit.hpp>
#include <caf/logger.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <deque>
#include <future>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace mpac::cluster {
namespace {

// Bound of one turn: enough for everything a turn can read, few enough that sockets are not kept waiting.
constexpr std::size_t jobs_a_turn = 2048;
// Bound of one actor's go: more than a turn brings to most, so that it is felt by one that keeps itself busy. Such a
// one counts as many jobs, or a turn of its goes would take seconds.
constexpr std::size_t messages_a_job = 1024;
constexpr std::size_t jobs_for_a_long_go = jobs_a_turn / 16;
// What other threads have handed over may come by the hundred at once: what this loop has read itself goes before it,
// and waits no longer than this for it. Somewhat more, as whatever is begun is finished. What the journal has kept is
// told to people who wait for it; timers, which a crowd at the door has many of, are not as urgent.
constexpr base::duration time_for_handed_over = std::chrono::microseconds{50};
constexpr base::duration time_for_timed = std::chrono::microseconds{20};
// But whoever has waited so long counts as handed over: what is sent to an actor that waits, waits with it.
constexpr base::duration longest_wait_of_timed = std::chrono::milliseconds{2};

using jobs = std::deque<caf::resumable*>;

thread_local bool is_timekeeper = false;

} // namespace

/// The actors of one loop. The queues belong to the loop's thread, the inboxes are for all others.
struct loop_jobs::lane final : caf::execution_unit {
  void exec_later(caf::resumable* job) override { ready.push_back(job); }

  /// Runs the first of these actors; returns what that counts for.
  std::size_t run_first_of(jobs& queue);
  void run_ready();
  /// For this time, and with each what it makes ready.
  void run_some_of(jobs& queue, base::duration time);

  void serve(caf::actor_system& system) { system_ = &system; }

  void collect() {
    if (!called.exchange(false, std::memory_order_acq_rel))
      return;
    const std::lock_guard lock(mutex);
    handed_over.insert(handed_over.end(), inbox.begin(), inbox.end());
    inbox.clear();
    if (timed.empty())
      timed_since = base::now();
    timed.insert(timed.end(), timekeepers_inbox.begin(), timekeepers_inbox.end());
    timekeepers_inbox.clear();
  }

  /// All that waits goes over when the queue has not been empty for that long.
  void hand_over_if_late() {
    if (timed.empty() || base::now() - timed_since < longest_wait_of_timed)
      return;
    handed_over.insert(handed_over.end(), timed.begin(), timed.end());
    timed.clear();
  }

  [[nodiscard]] bool is_handed_more() const { return !handed_over.empty() || called.load(std::memory_order_acquire); }

  jobs ready;
  jobs handed_over;
  jobs timed; // by the clock: nobody waits for these as somebody waits for an answer
  base::instant timed_since{};
  std::atomic<std::size_t> length{0};
  std::mutex mutex;
  std::vector<caf::resumable*> inbox, timekeepers_inbox;
  std::atomic<bool> called{false};
};

struct loop_jobs::impl {
  std::vector<std::unique_ptr<lane>> lanes;
  net::loops* threads = nullptr;
  std::atomic<bool> closed{false}; // the actor system ends: nothing runs any more
};

/// CAF's clock cancels the timeouts of every actor that ends, and wakes its thread to do so. Ours ends one with each
/// dispute and each connection, and their timers are delayed messages, which this does not concern: until some actor
/// has set a timeout there is nothing to cancel.
class seldom_woken_clock final : public caf::detail::thread_safe_actor_clock {
  using clock = caf::detail::thread_safe_actor_clock;

public:
  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    has_timeouts_.store(true, std::memory_order_relaxed);
    clock::set_ordinary_timeout(t, self, type, id);
  }
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type, std::uint64_t id) override {
    has_timeouts_.store(true, std::memory_order_relaxed);
    clock::set_multi_timeout(t, self, type, id);
  }
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override {
    has_timeouts_.store(true, std::memory_order_relaxed);
    clock::set_request_timeout(t, self, id);
  }
  void cancel_timeouts(caf::abstract_actor* self) override {
    if (has_timeouts_.load(std::memory_order_relaxed)) // set on the thread that ends it, or one that handed it over
      clock::cancel_timeouts(self);
  }

private:
  std::atomic<bool> has_timeouts_{false};
};

/// CAF's view of the loops.
class loop_scheduler final : public caf::scheduler::abstract_coordinator {
public:
  loop_scheduler(caf::actor_system& system, loop_jobs& jobs) : abstract_coordinator(system), jobs_(jobs) {
    for (auto& lane : jobs_.impl_->lanes)
      lane->serve(system);
  }

  void start() override {
    timekeeper_ = std::thread([this] {
      caf::detail::set_thread_name("mpac.clock");
      is_timekeeper = true;
      system().thread_started();
      clock_.run_dispatch_loop();
      system().thread_terminates();
    });
    abstract_coordinator::start();
  }

  void stop() override {
    stop_actors();
    clock_.cancel_dispatch_loop();
    timekeeper_.join();
    jobs_.impl_->closed.store(true);
    let_go_of_actors(*jobs_.impl_->threads); // a loop may be in the middle of a job
    for (auto& lane : jobs_.impl_->lanes) {
      lane->called.store(true);
      lane->collect();
      for (auto* queue : {&lane->ready, &lane->handed_over, &lane->timed})
        for (; !queue->empty(); queue->pop_front())
          cleanup_and_release(queue->front());
    }
  }

  void enqueue(caf::resumable* job) override {
    if (jobs_.impl_->closed.load(std::memory_order_acquire)) {
      cleanup_and_release(job);
      return;
    }
    auto& lanes = jobs_.impl_->lanes;
    auto& threads = *jobs_.impl_->threads;
    if (const auto here = net::loops::current(); here < lanes.size() && threads.here(here)) {
      lanes[here]->ready.push_back(job);
      threads.wake(here); // costs nothing in a turn, and keeps the loop from falling asleep on it
      return;
    }
    const auto to = (reinterpret_cast<std::uintptr_t>(job) >> 8) % lanes.size();
    {
      const std::lock_guard lock(lanes[to]->mutex);
      (is_timekeeper ? lanes[to]->timekeepers_inbox : lanes[to]->inbox).push_back(job);
    }
    if (!lanes[to]->called.exchange(true, std::memory_order_acq_rel))
      threads.wake(to);
  }

  caf::actor_clock& clock() noexcept override { return clock_; }

private:
  loop_jobs& jobs_;
  seldom_woken_clock clock_;
  std::thread timekeeper_;
};

loop_jobs::loop_jobs() : impl_(std::make_unique<impl>()) {}

loop_jobs::~loop_jobs() = default;

std::size_t loop_jobs::lane::run_first_of(jobs& queue) {
  auto* job = queue.front();
  queue.pop_front();
  // Whoever spawns an actor on a thread has CAF note there, in a table all threads share, whose turn it is: for a log
  // that nobody keeps.
  caf::logger::set_current_actor_system(nullptr);
  switch (job->resume(this, messages_a_job)) {
  case caf::resumable::resume_later:
    ready.push_back(job);
    return jobs_for_a_long_go;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
  case caf::resumable::shutdown_execution_unit:
    caf::intrusive_ptr_release(job);
    break;
  }
  return 1;
}

void loop_jobs::lane::run_ready() {
  for (std::size_t done = 0; done < jobs_a_turn && !ready.empty();)
    done += run_first_of(ready);
}

void loop_jobs::lane::run_some_of(jobs& queue, base::duration time) {
  if (queue.empty())
    return;
  const auto enough = base::now() + time;
  do {
    run_first_of(queue);
    run_ready();
  } while (!queue.empty() && base::now() < enough);
}

bool loop_jobs::turn(std::size_t loop) {
  auto& lane = *impl_->lanes[loop];
  if (impl_->closed.load(std::memory_order_acquire))
    return false;
  lane.run_ready();
  lane.collect();
  lane.hand_over_if_late();
  lane.run_some_of(lane.handed_over, time_for_handed_over);
  lane.length.store(lane.ready.size() + lane.handed_over.size() + lane.timed.size(), std::memory_order_relaxed);
  if (lane.is_handed_more())
    impl_->threads->wake(loop); // another turn, with what its sockets have first
  return !lane.ready.empty();
}

bool loop_jobs::has_patient_work(std::size_t loop) const {
  return !impl_->closed.load(std::memory_order_acquire) && !impl_->lanes[loop]->timed.empty();
}

bool loop_jobs::patient_turn(std::size_t loop) {
  if (impl_->closed.load(std::memory_order_acquire))
    return false;
  auto& lane = *impl_->lanes[loop];
  lane.run_some_of(lane.timed, time_for_timed);
  return !lane.timed.empty();
}

std::size_t loop_jobs::waiting() const {
  std::size_t sum = 0;
  for (const auto& lane : impl_->lanes)
    sum += lane->length.load(std::memory_order_relaxed);
  return sum;
}

void let_go_of_actors(net::loops& threads) {
  for (std::size_t i = 0; i < threads.count(); ++i) {
    std::promise<void> out;
    threads.post(i, [&] {
      caf::logger::set_current_actor_system(nullptr);
      out.set_value();
    });
    out.get_future().wait();
  }
}

void schedule_on_loops(caf::actor_system_config& config, loop_jobs& jobs, net::loops& threads) {
  jobs.impl_->threads = &threads;
  jobs.impl_->lanes.clear();
  for (std::size_t i = 0; i < threads.count(); ++i)
    jobs.impl_->lanes.push_back(std::make_unique<loop_jobs::lane>());
  config.module_factories.push_back(
      [&jobs](caf::actor_system& system) -> caf::actor_system::module* { return new loop_scheduler(system, jobs); });
}

} // namespace mpac::cluster
