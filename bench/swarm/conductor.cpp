#include "bench/swarm/conductor.hpp"

#include "bench/swarm/crew.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace mpac::bench::swarm {
namespace {

using clock = std::chrono::steady_clock;

constexpr auto longest_standstill = std::chrono::seconds(30); // without anybody joining, before giving up

double seconds_since(clock::time_point then) {
  return std::chrono::duration<double>(clock::now() - then).count();
}

clock::duration seconds(double count) {
  return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(count));
}

target address_of(const options& asked) {
  target to;
  const std::string host = asked.host == "localhost" ? "127.0.0.1" : asked.host;
  to.address.sin_family = AF_INET;
  to.address.sin_port = htons(asked.port);
  if (inet_pton(AF_INET, host.c_str(), &to.address.sin_addr) != 1)
    throw std::runtime_error(asked.host + " is no IPv4 address");
  to.host = fmt::format("{}:{}", asked.host, asked.port);
  to.name = asked.host;
  if (!asked.ca.empty()) {
    std::ifstream file(asked.ca);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    auto trusted = net::tls_context::of_client({text, asked.ca});
    if (!trusted)
      throw std::runtime_error(trusted.error());
    to.tls = std::move(*trusted);
  }
  return to;
}

double own_cpu() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return of(used.ru_utime) + of(used.ru_stime);
}

class conductor {
public:
  explicit conductor(const options& asked) : asked_(asked), to_(address_of(asked)), armed_(asked) {
    const auto tag = static_cast<std::uint32_t>(std::random_device()());
    for (std::uint32_t i = 0; i < asked.threads; ++i)
      crews_.push_back(std::make_unique<crew>(asked_, to_, armed_, shared_, tag, i));
  }

  outcome run() {
    result_.before = hub();
    for (auto& c : crews_)
      threads_.emplace_back([&c] { c->run(); });
    if (join()) {
      fill();
      result_.joined_at = hub();
      load();
      drain();
    }
    shared_.set(phase::leaving);
    threads_.clear(); // joins them
    for (const auto& c : crews_)
      result_.counted.add(c->counted());
    return std::move(result_);
  }

private:
  bool join() {
    const std::uint64_t all = std::uint64_t{asked_.sessions} * asked_.participants;
    const auto began = clock::now();
    auto moved = began;
    std::uint64_t last = 0;
    wait(clock::time_point::max(), [&] {
      if (const auto joined = sum(&progress::joined); joined != last) {
        last = joined;
        moved = clock::now();
      }
      return last == all || sum(&progress::lost) != 0 || clock::now() - moved > longest_standstill;
    });
    result_.joined = last;
    result_.join_seconds = seconds_since(began);
    if (last == all && sum(&progress::lost) == 0)
      return true;
    result_.counted.fail(fmt::format("only {} of {} participants joined", last, all));
    return false;
  }

  void fill() {
    if (asked_.intents == 0 && asked_.conflicts == 0)
      return;
    const auto began = clock::now();
    enter(phase::filling);
    wait_until_quiet();
    result_.fill_seconds = seconds_since(began);
  }

  void load() {
    if (asked_.warmup > 0) {
      enter(phase::warming);
      wait(clock::now() + seconds(asked_.warmup), [] { return false; });
    }
    enter(phase::measuring);
    result_.from = hub();
    const double own = own_cpu();
    const auto began = clock::now();
    if (asked_.rounds != 0)
      wait_until_quiet();
    else
      wait(began + seconds(asked_.duration), [] { return false; });
    result_.seconds = seconds_since(began);
    result_.until = hub();
    result_.own_cpu_seconds = own_cpu() - own;
  }

  void drain() {
    enter(phase::draining);
    wait(clock::now() + seconds(asked_.drain), [&] { return all(&progress::settled); });
  }

  // Returns when all tasks are done, or nothing has been answered for so long that something must be lost; the crews
  // then say what.
  void wait_until_quiet() {
    const auto patience = seconds(asked_.drain + 1.5 * asked_.think_ms / 1000);
    auto moved = clock::now();
    std::uint64_t last = sum(&progress::requests);
    wait(clock::time_point::max(), [&] {
      if (const auto answered = sum(&progress::requests); answered != last) {
        last = answered;
        moved = clock::now();
      }
      return all(&progress::quiet) || clock::now() - moved > patience;
    });
  }

  // Returns when every crew has seen the new phase, and so has begun what belongs to it.
  void enter(phase p) {
    shared_.set(p);
    wait(clock::time_point::max(), [&] {
      return std::all_of(crews_.begin(), crews_.end(), [&](const auto& c) { return c->told().phase_seen.load() == p; });
    });
  }

  // Waits for `reached` or `deadline`, with a progress line every second.
  template <class Predicate>
  void wait(clock::time_point deadline, Predicate reached) {
    for (;;) {
      const bool done = shared_.wait(std::min(deadline, next_line_), reached);
      if (clock::now() >= next_line_)
        print_line();
      if (done || clock::now() >= deadline)
        return;
    }
  }

  void print_line() {
    next_line_ += std::chrono::seconds(1);
    const auto requests = sum(&progress::requests), deliveries = sum(&progress::deliveries);
    if (!asked_.quiet)
      fmt::print(stderr, "{:5.0f} s  {:6}/{} joined  {:8} requests/s  {:9} deliveries/s  {} refused  {} lost\n",
                 seconds_since(began_), sum(&progress::joined), std::uint64_t{asked_.sessions} * asked_.participants,
                 requests - last_requests_, deliveries - last_deliveries_, sum(&progress::refused),
                 sum(&progress::lost));
    last_requests_ = requests;
    last_deliveries_ = deliveries;
  }

  std::optional<process_reading> hub() const { return asked_.pid != 0 ? read_process(asked_.pid) : std::nullopt; }

  std::uint64_t sum(std::atomic<std::uint64_t> progress::*figure) const {
    std::uint64_t total = 0;
    for (const auto& c : crews_)
      total += (c->told().*figure).load(std::memory_order_relaxed);
    return total;
  }

  bool all(std::atomic<bool> progress::*state) const {
    return std::all_of(crews_.begin(), crews_.end(), [&](const auto& c) { return (c->told().*state).load(); });
  }

  const options& asked_;
  target to_;
  identities armed_;
  control shared_;
  std::vector<std::unique_ptr<crew>> crews_;
  std::vector<std::jthread> threads_;
  outcome result_;
  clock::time_point began_ = clock::now();
  clock::time_point next_line_ = began_ + std::chrono::seconds(1);
  std::uint64_t last_requests_ = 0;
  std::uint64_t last_deliveries_ = 0;
};

} // namespace

outcome conduct(const options& asked) {
  return conductor(asked).run();
}

} // namespace mpac::bench::swarm
