// How the micro-benchmarks measure: proofs before figures, and two things by turns where their ratio is what counts.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

namespace mpac::bench {

/// Ends the program with exit code 1 and `claim` on standard error unless it holds: what answers wrongly is not timed.
void prove(bool holds, std::string_view claim);

/// CPU time of this thread so far: what others do on the machine counts little.
std::chrono::nanoseconds thread_time();

/// One side of a comparison. All three are called for each round, and only `run` is timed.
struct side {
  std::function<void()> prepare;
  std::function<void()> run;
  std::function<void()> check; ///< proves what `run` did
};

/// Runs both by turns, a round of each for an iteration. Reports the time of the subject's round divided by `steps` as
/// `ns`, the yardstick's as `yardstick_ns`, and as `ratio` the median of subject / yardstick within one iteration.
void by_turns(benchmark::State& state, const side& yardstick, const side& subject, std::size_t steps);

} // namespace mpac::bench
