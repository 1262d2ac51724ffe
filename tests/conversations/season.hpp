// All conversations on one stage, one after the other, and what came of it.
#pragma once

#include "tests/conversations/conversation.hpp"
#include "tests/support/stage.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::tests {

/// Builds a stage anew for each conversation.
using stage_builder = std::function<std::unique_ptr<stage>()>;

struct season {
  struct exception {
    conversation what;
    std::string why;
  };
  std::size_t played = 0;             ///< to the end, and as written
  std::vector<std::string> misplayed; ///< what went otherwise, beginning with file:line
  std::vector<exception> left_out;    ///< what went as written as far as this stage goes
};

/// Plays all conversations of a folder.
[[nodiscard]] season play_all(const std::filesystem::path& folder, const stage_builder& build);

/// Whether a conversation may be left out on a stage.
using exception_rule = std::function<bool(const conversation&)>;
[[nodiscard]] inline bool none_is_left_out(const conversation&) {
  return false;
}

/// The test that all stages share: at least `at_least` conversations go as written and none goes otherwise, the stage
/// leaves out those alone that may be or that restart where it can't (all are named), and it finds out all that were
/// written wrongly on purpose
/// (`wrong/`).
void check_season(const stage_builder& build, std::size_t at_least, const exception_rule& may_be = none_is_left_out);

} // namespace mpac::tests
