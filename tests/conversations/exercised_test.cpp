// What the conversations leave out fails here: every row of the transition tables, every error code and every policy
// key has a case that names the requirement it proves.
#include "tests/conversations/exercised.hpp"

#include "config/key.hpp"
#include "protocol/error_code.hpp"
#include "tests/conversations/player.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <fstream>
#include <iterator>

using namespace mpac;
using namespace mpac::tests;

namespace {

std::filesystem::path source(std::string_view path) {
  return std::filesystem::path(MPAC_SOURCE_DIR) / path;
}

const exercised& all_exercised() {
  static const exercised sum = [] {
    exercised found;
    for (const auto& each : all_conversations(source("tests/conversations"))) {
      pure_house on;
      try {
        play(each, on);
        found.add(each, on);
      } catch (const misplayed&) { // told by the test of the pure core
      }
    }
    return found;
  }();
  return sum;
}

/// Something that no conversation can bring about, with the file that has its test instead, or why there is none.
struct elsewhere {
  std::string_view what;
  std::string_view why;
  std::string_view test; ///< names it
};

void check_excused(const elsewhere& excuse, const std::set<std::string>& seen) {
  INFO(excuse.what << ": " << excuse.why);
  CHECK(!seen.contains(std::string(excuse.what))); // an excuse that is not needed is to go
  std::ifstream in(source(excuse.test));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(text.find(excuse.what) != std::string::npos);
}

template <std::size_t N>
bool is_excused(const std::array<elsewhere, N>& excuses, std::string_view what) {
  return std::any_of(excuses.begin(), excuses.end(), [&](const auto& one) { return one.what == what; });
}

constexpr std::array codes_elsewhere{
    elsewhere{"mpac_cluster.RATE_LIMITED", "the rate is measured at the participant's door",
              "tests/actors/credit_test.cpp"},
    elsewhere{"mpac_cluster.INTERNAL_ERROR", "a store that fails, or a mistake of the hub's own",
              "tests/actors/journal_test.cpp"},
    elsewhere{"CAUSAL_GAP", "the hub says so when frames are no longer kept, and here all are",
              "tests/actors/catching_up_test.cpp"},
    elsewhere{"COORDINATOR_CONFLICT", "a participant says it, who has heard a second coordinator",
              "tests/client/membership_test.cpp"},
};

// What takes one value alone can't differ from its default: a conversation writes it out.
constexpr std::array keys_elsewhere{
    elsewhere{"orphaned_intent_action", "one value", "tests/conversations/14_7_loss_and_return.mpac"},
    elsewhere{"orphaned_proposal_action", "one value", "tests/conversations/14_7_loss_and_return.mpac"},
    elsewhere{"timeout_action", "one value", "tests/conversations/18_6_timeouts.mpac"},
    elsewhere{"frozen_scope_behavior", "one value", "tests/conversations/18_6_timeouts.mpac"},
    elsewhere{"audit_retention_days", "days pass", "tests/store/retention_test.cpp"},
    elsewhere{"frozen_scope_phase_3_action", "one value", "tests/conversations/18_6_timeouts.mpac"},
};

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

} // namespace

TEST_CASE("every row of the three transition tables is taken by a conversation that names it", "[conversations]") {
  for (const auto& row : all_rows()) {
    const bool is_taken = all_exercised().untagged_rows().contains(row);
    INFO(row << (is_taken ? " is taken, but by no case that has its id" : " is taken by no case"));
    CHECK(all_exercised().rows().contains(row));
  }
}

TEST_CASE("every error code is told in a conversation, or its test is named here", "[conversations]") {
  for (const auto& [code, word] : protocol::word_list<protocol::error_code>::words)
    if (!is_excused(codes_elsewhere, word)) {
      INFO(word);
      CHECK(all_exercised().errors().contains(std::string(word)));
    }
  for (const auto& excuse : codes_elsewhere)
    check_excused(excuse, all_exercised().errors());
}

TEST_CASE("every policy key is set in a conversation", "[conversations]") {
  for (const auto& key : config::policy_keys())
    if (!is_excused(keys_elsewhere, last_name(key.path))) {
      INFO(key.path);
      CHECK(all_exercised().policy_keys().contains(std::string(key.path)));
    }
  for (const auto& excuse : keys_elsewhere)
    check_excused(excuse, all_exercised().policy_keys());
}
