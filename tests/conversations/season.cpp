#include "tests/conversations/season.hpp"

#include "tests/conversations/player.hpp"
#include "tests/support/catch.hpp"

#include <map>

namespace mpac::tests {

season play_all(const std::filesystem::path& folder, const stage_builder& build) {
  season come;
  for (const auto& each : all_conversations(folder)) {
    try {
      play(each, *build());
      ++come.played;
    } catch (const misplayed& why) {
      come.misplayed.emplace_back(why.what());
    } catch (const beyond_this_stage& why) {
      come.left_out.push_back({each, why.what()});
    }
  }
  return come;
}

void check_season(const stage_builder& build, std::size_t at_least, const exception_rule& may_be) {
  const auto folder = std::filesystem::path(MPAC_SOURCE_DIR) / "tests" / "conversations";
  const auto come = play_all(folder, build);
  for (const auto& why : come.misplayed)
    FAIL_CHECK(why);
  CHECK(come.played >= at_least);

  std::map<std::string, std::string> by_reason;
  const bool can_restart = build()->can_restart();
  for (const auto& [what, why] : come.left_out) {
    by_reason[why] += "\n  " + what.file + ":" + std::to_string(what.line) + " " + what.title;
    if (!may_be(what) && (can_restart || !restarts(what)))
      FAIL_CHECK(what.file << ": \"" << what.title << "\" must not be left out: " << why);
  }
  for (const auto& [why, titles] : by_reason)
    WARN(come.played << " played; left out because " << why << ":" << titles);

  const auto wrong = play_all(folder / "wrong", build);
  CHECK(wrong.played == 0);
  CHECK(wrong.left_out.empty());
  CHECK(wrong.misplayed.size() == all_conversations(folder / "wrong").size());
  CHECK(wrong.misplayed.size() >= 8);
}

} // namespace mpac::tests
