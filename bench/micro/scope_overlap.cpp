// Judging two scopes (SPEC 15.2.1).
#include "bench/micro/measure.hpp"
#include "protocol/scope.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace mpac::bench {
namespace {

using namespace protocol;

std::vector<std::string> files(std::size_t from, std::size_t count) {
  std::vector<std::string> paths;
  for (std::size_t i = from; i < from + count; ++i)
    paths.push_back(fmt::format("src/room-{}/file-{}.cpp", i % 10, i));
  return paths;
}

void judge(benchmark::State& state, const scope& a, const scope& b, overlap_certainty wanted, std::size_t shared) {
  const auto found = overlap(a, b);
  prove(found.certainty == wanted && found.shared.size() == shared && overlap(b, a) == found, "the overlap is known");
  for (auto _ : state)
    benchmark::DoNotOptimize(overlap(a, b));
}

// Two file sets of so many files, apart and with one file in common.
void overlap_of_apart_files(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  judge(state, file_set(files(0, size)), file_set(files(size, size)), overlap_certainty::none, 0);
}

void overlap_of_files(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  judge(state, file_set(files(0, size)), file_set(files(size - 1, size)), overlap_certainty::certain, 1);
}

void overlap_of_apart_patterns(benchmark::State& state) {
  judge(state, resource_path("src/**/*.cpp"), resource_path("src/net/*.hpp"), overlap_certainty::none, 0);
}

void overlap_of_patterns(benchmark::State& state) {
  const auto a = resource_path("src/**/*.cpp"), b = resource_path("src/net/*_test.*");
  judge(state, a, b, overlap_certainty::certain, overlap(a, b).shared.size());
}

void overlap_of_files_and_pattern(benchmark::State& state) {
  const auto a = file_set(files(0, 10)), b = resource_path("src/room-3/*.cpp");
  judge(state, a, b, overlap_certainty::possible, overlap(a, b).shared.size());
}

BENCHMARK(overlap_of_apart_files)->Arg(3)->Arg(100);
BENCHMARK(overlap_of_files)->Arg(3)->Arg(100);
BENCHMARK(overlap_of_apart_patterns);
BENCHMARK(overlap_of_patterns);
BENCHMARK(overlap_of_files_and_pattern);

} // namespace
} // namespace mpac::bench
