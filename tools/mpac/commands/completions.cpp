// `mpac completions`: prints what a shell needs to complete the arguments of mpac.
#include "tools/mpac/completions.hpp"
#include "tools/mpac/command_line.hpp"
#include "tools/mpac/command_table.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace mpac::tools::commands {

command completions() {
  return {.name = "completions",
          .summary = "Print the completion script of a shell",
          .about = "What is completed is read from mpac itself: print it again after an update.",
          .examples = {{"source <(mpac completions bash)", "in this shell, at once"},
                       {"mpac completions zsh > ~/.zfunc/_mpac", "for good, with ~/.zfunc in $fpath"},
                       {"mpac completions fish > ~/.config/fish/completions/mpac.fish", "for good"}},
          .options = [](CLI::App& app) -> action {
            const auto which = std::make_shared<std::string>();
            app.add_option("SHELL", *which, "Whose script to print")
                ->required()
                ->check(CLI::IsMember({"bash", "zsh", "fish"}));
            return [which](const console& with) {
              const command_line line(command_table(), "");
              with.out << completion_script(*which == "bash"  ? shell::bash
                                            : *which == "zsh" ? shell::zsh
                                                              : shell::fish,
                                            completed_commands(*line.app));
              return exit_code::good;
            };
          }};
}

} // namespace mpac::tools::commands
