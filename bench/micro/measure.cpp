#include "bench/micro/measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace mpac::bench {
namespace {

double one_round(const side& of) {
  of.prepare();
  const auto begin = thread_time();
  of.run();
  const auto end = thread_time();
  of.check();
  return static_cast<double>((end - begin).count());
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace

void prove(bool holds, std::string_view claim) {
  if (holds)
    return;
  std::fprintf(stderr, "micro: not so: %.*s\n", static_cast<int>(claim.size()), claim.data());
  std::exit(1);
}

std::chrono::nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

void by_turns(benchmark::State& state, const side& yardstick, const side& subject, std::size_t steps) {
  std::vector<double> yardsticks, subjects, ratios;
  for (auto _ : state) {
    yardsticks.push_back(one_round(yardstick));
    subjects.push_back(one_round(subject));
    ratios.push_back(subjects.back() / yardsticks.back());
    state.SetIterationTime(subjects.back() / 1e9);
  }
  const auto count = static_cast<double>(steps);
  state.counters["ns"] = median(subjects) / count;
  state.counters["yardstick_ns"] = median(yardsticks) / count;
  state.counters["ratio"] = median(ratios);
}

} // namespace mpac::bench
