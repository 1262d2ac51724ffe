// Simulates whole houses, one for each seed, and stops at the first that does what it may not.
#include "tests/simulation/script.hpp"
#include "tests/simulation/shrink.hpp"
#include "tests/simulation/world.hpp"

#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using namespace mpac::tests;

constexpr std::string_view usage =
    R"(usage: simulate [--seeds N] [--first SEED] [--seed S] [--steps N] [--keep LIST] [--verbose]
                [--tell] [--cover]
  --seeds N     that many seeds, from --first on (500)
  --first SEED  the first seed (1)
  --seed S      exactly this one
  --steps N     the steps of each script (1000)
  --keep LIST   only these steps of the script, such as 0,7,12 (what a failure prints)
  --verbose     with --seed: print the script
  --tell        print what has happened, and how often
  --cover       fail if anything that ought to happen never did
)";

struct arguments {
  std::uint64_t first = 1, seeds = 500;
  std::size_t steps = 1000;
  std::optional<std::vector<std::size_t>> keep;
  bool verbose = false, tells = false, covers = false;
};

std::vector<std::size_t> numbers(const std::string& text) {
  std::vector<std::size_t> all;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one, ',');)
    all.push_back(std::stoul(one));
  return all;
}

arguments read(int count, char** words) {
  arguments given;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = words[i];
    const auto flag = option == "--verbose" ? &given.verbose
                      : option == "--tell"  ? &given.tells
                      : option == "--cover" ? &given.covers
                                            : nullptr;
    if (flag) {
      *flag = true;
      continue;
    }
    if (i + 1 == count)
      throw std::invalid_argument(std::string(option));
    const std::string value = words[++i];
    if (option == "--seeds")
      given.seeds = std::stoull(value);
    else if (option == "--first")
      given.first = std::stoull(value);
    else if (option == "--seed")
      given.first = std::stoull(value), given.seeds = 1;
    else if (option == "--steps")
      given.steps = std::stoul(value);
    else if (option == "--keep")
      given.keep = numbers(value);
    else
      throw std::invalid_argument(std::string(option));
  }
  return given;
}

struct outcome {
  std::optional<std::string> amiss;
  std::size_t done = 0; ///< the steps until then
  world::figures counted;
  tally counts;
};

outcome play(std::uint64_t seed, const std::vector<step>& script, const std::vector<std::size_t>* kept = nullptr) {
  outcome result;
  world house(seed);
  const auto count = kept ? kept->size() : script.size();
  while (result.done < count && !house.amiss()) {
    const auto place = kept ? (*kept)[result.done] : result.done;
    if (place < script.size())
      house.act(script[place]);
    ++result.done;
  }
  if (!house.amiss())
    house.end();
  if (house.amiss())
    result.amiss = house.amiss().text();
  result.counted = house.counted();
  result.counts = house.counts();
  return result;
}

void print(const std::vector<step>& script, const std::vector<std::size_t>& places) {
  for (const auto place : places) {
    const auto& now = script[place];
    std::cout << "  " << std::setw(5) << place << "  s" << now.line % sessions << " p"
              << now.line / sessions % people_of_a_session
              << (now.line / sessions >= people_of_a_session ? "/2 " : "   ") << name(now.what) << "  (" << now.choices
              << ", " << now.order << ")\n";
  }
}

void tell(std::uint64_t seed, const arguments& given, const std::vector<step>& script, const outcome& first) {
  std::cout << "seed " << seed << " fails after " << first.done << " steps: " << *first.amiss << '\n';
  std::string last = *first.amiss;
  const auto places = shrink(first.done, 2000, [&](const std::vector<std::size_t>& kept) {
    auto again = play(seed, script, &kept);
    if (again.amiss)
      last = std::move(*again.amiss);
    return again.amiss.has_value();
  });
  std::cout << "these " << places.size() << " steps are enough: " << last << '\n';
  print(script, places);
  std::cout << "again: simulate --seed " << seed << " --steps " << given.steps << " --keep ";
  for (std::size_t i = 0; i < places.size(); ++i)
    std::cout << (i ? "," : "") << places[i];
  std::cout << std::endl;
}

int simulate(const arguments& given) {
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t steps = 0;
  world::figures all;
  tally counts;
  for (auto seed = given.first; seed < given.first + given.seeds; ++seed) {
    const auto script = script_of(seed, given.steps);
    const auto result = play(seed, script, given.keep ? &*given.keep : nullptr);
    if (given.verbose)
      print(script, given.keep.value_or(std::vector<std::size_t>{}));
    if (result.amiss && given.keep) {
      std::cout << "seed " << seed << ": " << *result.amiss << std::endl;
      return 1;
    }
    if (result.amiss) {
      tell(seed, given, script, result);
      return 1;
    }
    steps += result.done;
    all.decisions += result.counted.decisions;
    all.refusals += result.counted.refusals;
    all.turns += result.counted.turns;
    all.frames += result.counted.frames;
    counts += result.counts;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto a_second = [&](std::uint64_t many) {
    return static_cast<std::uint64_t>(static_cast<double>(many) / took.count());
  };
  std::cout << given.seeds << " seeds, " << steps << " steps in " << std::fixed << std::setprecision(2) << took.count()
            << " s: " << a_second(steps) << " steps/s; " << all.decisions << " decisions (" << all.refusals
            << " refusals), " << all.frames << " frames delivered, " << all.turns
            << " turns of actors: " << a_second(all.turns) << " turns/s" << std::endl;
  if (given.tells)
    counts.print(std::cout);
  const auto missing = given.covers ? counts.missing() : std::vector<std::string>{};
  for (const auto& what : missing)
    std::cout << "it never happened: " << what << '\n';
  return missing.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
  try {
    return simulate(read(count, words));
  } catch (const std::invalid_argument& why) {
    std::cerr << "simulate: what does " << why.what() << " mean?\n" << usage;
    return 2;
  }
}
