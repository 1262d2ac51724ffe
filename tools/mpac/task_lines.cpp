#include "tools/mpac/task_lines.hpp"

#include "tools/mpac/request_exit.hpp"

#include <string>

namespace mpac::tools {

using client::agent::stage;
using client::agent::task_report;
using terminal::styled_line;
using terminal::styled_lines;

styled_line line_of(const client::agent::step& step) {
  auto line = styled_line().add(colour::dim, "agent: ").add(client::agent::to_string(step.at));
  if (!step.path.empty())
    line.add(" " + step.path);
  if (!step.text.empty())
    line.add(": " + step.text);
  return line;
}

styled_lines lines_of(const task_report& report) {
  styled_lines lines;
  for (const auto& each : report.committed)
    lines.push_back(styled_line().add(colour::green, "committed ").add(each.path + ": " + each.summary));
  for (const auto& each : report.skipped)
    lines.push_back(styled_line().add(colour::yellow, "left as it is: ").add(each.path + ": " + each.why));
  auto end = styled_line().add(report.is == task_report::outcome::done ? colour::green : colour::yellow,
                               "task " + std::string(to_string(report.is)));
  if (report.problem)
    end.add(": " + client::agent::describe(*report.problem));
  else if (!report.reason.empty())
    end.add(": " + report.reason);
  lines.push_back(std::move(end));
  lines.push_back(styled_line().add(colour::dim, "tokens: " + std::to_string(report.used.input) + " in, " +
                                                     std::to_string(report.used.output) + " out, in " +
                                                     std::to_string(report.used.requests) + " questions"));
  return lines;
}

exit_code code_of(const task_report& report) noexcept {
  using source = client::agent::agent_error::source;
  switch (report.is) {
  case task_report::outcome::done:
  case task_report::outcome::unchanged:
    return exit_code::good;
  case task_report::outcome::yielded:
  case task_report::outcome::stopped:
    return exit_code::refused;
  case task_report::outcome::failed:
    break;
  }
  if (!report.problem)
    return exit_code::bad;
  if (report.problem->from == source::session && report.problem->of_session)
    return code_of(*report.problem->of_session);
  if (report.problem->from == source::model && report.problem->of_model) {
    using client::agent::trouble;
    switch (report.problem->of_model->why) {
    case trouble::authentication:
    case trouble::permission:
      return exit_code::not_let_in;
    case trouble::unreachable:
    case trouble::broken_off:
    case trouble::timed_out:
      return exit_code::unreachable;
    default:
      return exit_code::bad;
    }
  }
  return exit_code::bad;
}

} // namespace mpac::tools
