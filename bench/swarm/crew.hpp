// One thread of the swarm: an epoll loop, the sessions it plays, and what it counts.
#pragma once

#include "bench/swarm/agent.hpp"
#include "bench/swarm/control.hpp"
#include "bench/swarm/identities.hpp"
#include "bench/swarm/options.hpp"
#include "bench/swarm/tally.hpp"

#include <queue>
#include <random>

namespace mpac::bench::swarm {

/// Plays whole sessions, so that no two threads share anything but `control` and `progress`.
class crew {
public:
  /// Plays the sessions whose number is `index` modulo the number of threads.
  crew(const options& asked, const target& to, const identities& armed, control& shared, std::uint32_t tag,
       std::uint32_t index);
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// Runs until the phase is `leaving` and all is closed.
  void run();

  [[nodiscard]] const progress& told() const noexcept { return told_; }
  /// After `run` has returned.
  [[nodiscard]] const tally& counted() const noexcept { return counted_; }

  // For agents, on the crew's thread.
  [[nodiscard]] const options& asked() const noexcept { return asked_; }
  [[nodiscard]] const identities& armed() const noexcept { return armed_; }
  [[nodiscard]] std::uint32_t tag() const noexcept { return tag_; }
  [[nodiscard]] std::int64_t now() const noexcept { return now_; }     ///< nanoseconds, steady
  [[nodiscard]] std::string_view timestamp();                          ///< of now, for envelopes
  [[nodiscard]] double random() { return uniform_(generator_); }       ///< from 0 to 1
  [[nodiscard]] double interval() const noexcept { return interval_; } ///< nanoseconds between an agent's requests
  [[nodiscard]] bool loading() const noexcept { return phase_ == phase::warming || phase_ == phase::measuring; }
  [[nodiscard]] std::string& draft() noexcept { return draft_; }
  [[nodiscard]] tally& counts() noexcept { return counted_; }
  void schedule(agent& who, std::uint32_t slot, std::int64_t when) { timers_.push({when, &who, slot}); }
  void flush_later(agent& who) { to_flush_.push_back(&who); }

  void count_joined();
  void count_lost(std::uint16_t code, std::string what);
  void count_busy(std::int64_t change) { busy_ += change; }
  void count_sent();
  void count_answer(std::int64_t sent, bool accepted);
  void drop_answers(std::uint64_t count) { awaited_ -= count; }
  void count_bytes(std::size_t size);
  void count_delivery();
  void count_notice();
  void count(std::uint64_t figures::*what) { counted_.measured.*what += measuring_; }

private:
  struct timer {
    std::int64_t when;
    agent* who;
    std::uint32_t slot;
    bool operator<(const timer& other) const noexcept { return when > other.when; } // the earliest on top
  };

  void open_more();
  void turn();
  void follow(phase p);
  void begin_filling();
  void begin_load();
  void tell();
  [[nodiscard]] bool everybody_saw_everything() const;
  void judge();
  [[nodiscard]] std::int64_t wait_time() const;

  template <class Action>
  void for_each_agent(Action action) {
    for (auto& s : sessions_)
      for (auto& a : s->members)
        action(*a);
  }

  const options& asked_;
  const target& to_;
  const identities& armed_;
  control& shared_;
  std::uint32_t tag_;
  int epoll_;
  std::vector<std::unique_ptr<session>> sessions_;
  std::vector<agent*> to_open_; // the next one last
  std::vector<agent*> to_flush_;
  std::priority_queue<timer> timers_;
  std::mt19937_64 generator_;
  std::uniform_real_distribution<double> uniform_{0, 1};
  double interval_ = 0;
  std::string draft_;
  std::string timestamp_;
  std::int64_t timestamp_of_ = -1; // the millisecond written in timestamp_

  phase phase_ = phase::joining;
  bool measuring_ = false;
  std::int64_t measuring_since_ = 0;
  std::int64_t now_ = 0;
  std::int64_t began_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t joined_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t awaited_ = 0; // answers
  std::int64_t busy_ = 0;     // slots with a task
  tally counted_;
  progress told_;
};

} // namespace mpac::bench::swarm
