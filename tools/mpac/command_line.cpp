#include "tools/mpac/command_line.hpp"

#include "tools/mpac/command_table.hpp"

#include <CLI/CLI.hpp>

#include <sstream>
#include <utility>

namespace mpac::tools {
namespace {

constexpr std::size_t help_column = 32;
constexpr std::string_view exit_codes =
    R"(Exit codes: 0 done, and the answer is good; 1 the answer is bad, or anything else
went wrong; 2 bad arguments; 3 the token or credential was not taken; 4 nobody can
be reached there; 5 the other side said no.)";

/// The innermost sub-command that was named: `transcript verify`, say.
const CLI::App* named_in(const CLI::App& app) {
  const auto inside = app.get_subcommands();
  return inside.empty() ? &app : named_in(*inside.front());
}

} // namespace

void teach(CLI::App& app, const std::string& about, const std::vector<example>& examples) {
  std::string text = about;
  for (const auto& [line, meaning] : examples)
    text += (&line == &examples.front().line ? (text.empty() ? "Examples:\n" : "\n\nExamples:\n") : "\n") +
            ("  " + line) + "\n      " + meaning;
  app.footer(text);
}

command_line::command_line(const std::vector<command>& table, std::string_view version)
    : app(std::make_unique<CLI::App>("Takes part in sessions of the Multi-Principal Agent Coordination Protocol, and "
                                     "looks after the hubs that hold them.",
                                     "mpac")) {
  app->set_version_flag("--version", "mpac " + std::string(version));
  app->set_help_flag("-h,--help", "Print this help and leave; `mpac COMMAND --help` tells about a command");
  app->require_subcommand(0, 1);
  app->footer(std::string(exit_codes));
  app->get_formatter()->column_width(help_column);
  for (const auto& each : table) {
    auto* made = app->add_subcommand(each.name, each.summary);
    made->set_help_flag("-h,--help", "Print this help and leave");
    made->get_formatter()->column_width(help_column);
    if (each.is_hidden)
      made->group("");
    teach(*made, each.about, each.examples);
    actions.emplace_back(made, each.options(*made));
  }
}

command_line::~command_line() = default;
command_line::command_line(command_line&&) noexcept = default;

exit_code run(int count, const char* const* values, std::string_view version, const console& with) {
  const command_line line(command_table(), version);
  try {
    line.app->parse(count, values);
  } catch (const CLI::ParseError& reason) {
    if (reason.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      std::ostringstream ignored;
      line.app->exit(reason, with.out, ignored);
      return exit_code::good;
    }
    const auto& named = *named_in(*line.app);
    std::string path;
    for (const auto* at = &named; at; at = at->get_parent())
      path = at->get_name() + (path.empty() ? "" : " ") + path;
    return with.sorry(exit_code::misused, std::string(reason.what()) + "\nSee: " + path + " --help");
  }
  for (const auto& [app, act] : line.actions)
    if (app->parsed())
      return act(with);
  with.err << line.app->help();
  return exit_code::misused;
}

} // namespace mpac::tools
