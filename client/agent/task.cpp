#include "client/agent/task.hpp"

#include "client/agent/unified_diff.hpp"

#include <array>

namespace mpac::client::agent {

std::string proposed_change::diff() const {
  return unified_diff(path, before, after);
}

std::string_view to_string(stage which) noexcept {
  constexpr std::array<std::string_view, 11> names{"planning",   "announced", "disputed",   "yielded",
                                                   "proceeding", "writing",   "correcting", "rebasing",
                                                   "skipped",    "proposed",  "committed"};
  return names[static_cast<std::size_t>(which)];
}

std::string_view to_string(task_report::outcome which) noexcept {
  constexpr std::array<std::string_view, 5> names{"done", "unchanged", "yielded", "stopped", "failed"};
  return names[static_cast<std::size_t>(which)];
}

std::string describe(const agent_error& failed) {
  const auto before = failed.what.empty() ? std::string() : failed.what + ": ";
  if (failed.of_model)
    return before + describe(*failed.of_model);
  if (failed.of_session)
    return before + describe(*failed.of_session);
  return failed.from == agent_error::source::answer ? "the model's answer is of no use: " + failed.what : failed.what;
}

} // namespace mpac::client::agent
