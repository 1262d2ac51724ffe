// Finding whom a scope may overlap among all that lives (SPEC 15.2); the yardstick is an index of ten.
#include "protocol/scope_index.hpp"
#include "bench/micro/measure.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

namespace mpac::bench {
namespace {

using namespace protocol;

constexpr std::uint32_t a_few = 10;
constexpr std::size_t looks = 256;

scope a_file(std::uint32_t i) {
  return file_set({fmt::format("src/room-{}/file-{}.cpp", i % 100, i)});
}

scope a_folder(std::uint32_t i) {
  return resource_path(fmt::format("src/folder-{}/**/*.cpp", i));
}

struct population {
  explicit population(std::uint32_t size, scope (*one)(std::uint32_t)) {
    for (std::uint32_t i = 0; i < size; ++i) {
      scopes.push_back(one(i));
      index.insert(i, scopes.back());
    }
  }

  void prove_complete(const scope& wanted) const {
    std::vector<scope_index::slot> all;
    for (std::uint32_t i = 0; i < scopes.size(); ++i)
      if (overlap(scopes[i], wanted))
        all.push_back(i);
    prove(!all.empty(), "somebody is there to be found");
    prove(index.candidates(wanted) == all, "the index finds all that overlap and, of these, nothing else");
  }

  [[nodiscard]] side looking_for(const scope& wanted) const {
    return {[] {},
            [this, &wanted] {
              for (std::size_t i = 0; i < looks; ++i)
                benchmark::DoNotOptimize(index.candidates(wanted));
            },
            [] {}};
  }

  std::vector<scope> scopes;
  scope_index index;
};

void look(benchmark::State& state, scope (*one)(std::uint32_t), const scope& wanted) {
  const population few(a_few, one), many(static_cast<std::uint32_t>(state.range(0)), one);
  few.prove_complete(wanted);
  many.prove_complete(wanted);
  by_turns(state, few.looking_for(wanted), many.looking_for(wanted), looks);
}

void file_among_files(benchmark::State& state) {
  look(state, a_file, file_set({"src/room-7/file-7.cpp", "docs/somewhere.md", "docs/else.md"}));
}

void pattern_among_patterns(benchmark::State& state) {
  look(state, a_folder, resource_path("src/folder-7/parser/*.cpp"));
}

void file_among_patterns(benchmark::State& state) {
  look(state, a_folder, file_set({"src/folder-7/parser/main.cpp"}));
}

// The one look that walks: over all listed files.
void pattern_among_files(benchmark::State& state) {
  look(state, a_file, resource_path("src/*/file-7.cpp"));
}

BENCHMARK(file_among_files)->Arg(10)->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(pattern_among_patterns)->Arg(10)->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(file_among_patterns)->Arg(10)->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(pattern_among_files)->Arg(10)->Arg(1'000)->UseManualTime();

} // namespace
} // namespace mpac::bench
