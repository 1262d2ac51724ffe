// `mpac manual`, which the help does not list: docs/mpac.md, made of the help of every command.
#include "tools/mpac/command_line.hpp"
#include "tools/mpac/command_table.hpp"

#include <CLI/CLI.hpp>

#include <ostream>
#include <string>

namespace mpac::tools::commands {
namespace {

void write(const CLI::App& app, const std::string& path, std::size_t depth, std::ostream& out) {
  out << '\n'
      << std::string(depth, '#') << ' ' << path << "\n\n```\n"
      << app.help(path.substr(0, path.rfind(' '))) << "```\n";
  for (const auto* inside : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    write(*inside, path + ' ' + inside->get_name(), depth + 1, out);
}

} // namespace

command manual() {
  return {.name = "manual",
          .summary = "Print docs/mpac.md",
          .about = "",
          .examples = {},
          .options = [](CLI::App&) -> action {
            return [](const console& with) {
              const command_line line(command_table(), "");
              with.out
                  << "# mpac\n\nThe help of every command, as `mpac manual > docs/mpac.md` prints it: change the help, "
                     "not this page.\n\n```\n"
                  << line.app->help() << "```\n";
              for (const auto* each :
                   line.app->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
                write(*each, "mpac " + each->get_name(), 2, with.out);
              return exit_code::good;
            };
          },
          .is_hidden = true};
}

} // namespace mpac::tools::commands
