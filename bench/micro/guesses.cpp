// What guessing API keys teaches by the clock (SPEC 23.1.4): a key that is right but for its last letter, held against
// one that is wrong from the first. A ratio that is not 1 would tell a guesser how far it has come.
#include "bench/micro/measure.hpp"
#include "security/api_keys.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace mpac::bench {
namespace {

using namespace security;

constexpr std::size_t guesses = 2000;
constexpr std::size_t registered = 1000;

std::string secret_of(std::size_t number) {
  return fmt::format("{:032x}", number * 0x9e3779b97f4a7c15u);
}

api_keys all_registered() {
  registered_grants known;
  for (std::size_t i = 0; i < registered; ++i) {
    credential_grant grant;
    grant.principal_id = protocol::principal_id{fmt::format("agent:{}", i)};
    known.emplace(sha256(secret_of(i)), std::move(grant));
  }
  return api_keys(std::move(known));
}

std::vector<credential_request> wrong_at(std::size_t letter) {
  std::vector<credential_request> made;
  for (std::size_t i = 0; i < guesses; ++i) {
    credential_request asked;
    asked.credential.type = "api_key";
    asked.credential.value = secret_of(i % registered);
    asked.credential.value[letter] = static_cast<char>('g' + i / registered);
    made.push_back(std::move(asked));
  }
  return made;
}

void guess_api_keys(benchmark::State& state) {
  const auto known = all_registered();
  std::size_t refused = 0;
  const auto guess = [&](std::vector<credential_request> all) {
    return side{[] {},
                [&, all = std::move(all)] {
                  for (const auto& one : all)
                    refused += !known.judge(one).has_value();
                },
                [&] { prove(std::exchange(refused, 0) == guesses, "every guess is refused"); }};
  };
  by_turns(state, guess(wrong_at(0)), guess(wrong_at(31)), guesses);
}

BENCHMARK(guess_api_keys)->UseManualTime();

} // namespace
} // namespace mpac::bench
