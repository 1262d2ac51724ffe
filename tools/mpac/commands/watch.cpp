// `mpac watch`: a live view of who works on what.
#include "tools/mpac/command.hpp"
#include "tools/mpac/participant_options.hpp"
#include "tools/mpac/watch/watcher.hpp"

#include "client/participant.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>
#include <string_view>

#include <unistd.h>

namespace mpac::tools::commands {
namespace {

constexpr std::size_t made_up_digits = 6;

watch::form form_of(bool as_lines, bool as_json) {
  const char* terminal = std::getenv("TERM");
  const bool has_screen = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && terminal && *terminal &&
                          std::string_view(terminal) != "dumb";
  return as_json ? watch::form::json : as_lines || !has_screen ? watch::form::lines : watch::form::page;
}

} // namespace

command watch() {
  return {.name = "watch",
          .summary = "Look on: who works on what",
          .about = std::string("A page that fills the terminal: participants, intents, conflicts, commits and what "
                               "else happens, until q or\n"
                               "Ctrl-C. It says so when the coordinator is silent or the connection is lost, and "
                               "reconnects by itself. Where\n"
                               "standard output is no terminal, or with --plain, it prints one line an event; with "
                               "--json one JSON object:\n"
                               "messages under their type, and as `arrived` and `disputed` what nobody is sent.\n\n"
                               "Who watches is a participant too, an observer by default. A NAME without a colon makes "
                               "it service:NAME here.\n\n") +
                   about_participants,
          .examples = {{"mpac watch ws://hub.example:8766 demo", "until q"},
                       {"mpac watch ws://hub.example:8766 demo --plain | tee today.log", "lines, kept"},
                       {"mpac watch ws://hub.example:8766 demo --json | jq 'select(.event == \"disputed\")'",
                        "for scripts"}},
          .options = [](CLI::App& app) -> action {
            const auto who = add_participant_options(app);
            who->roles = {"observer"};
            app.get_option("--role")->default_str("observer");
            const auto as_lines = std::make_shared<bool>(false), as_json = std::make_shared<bool>(false);
            auto* plain = app.add_flag("--plain", *as_lines, "One line an event");
            app.add_flag("--json", *as_json, "One JSON object an event")->excludes(plain);
            return [=](const console& with) -> exit_code {
              if (who->name.empty())
                who->name = "watch-" + client::participant::fresh_id().substr(0, made_up_digits);
              if (who->name.find(':') == std::string::npos)
                who->name = "service:" + who->name;
              auto how = participant_options(*who, with);
              if (!how)
                return with.sorry(exit_code::misused, how.error());
              if (who->name.starts_with("service:"))
                how->who.type = protocol::principal_type::service;
              how->who.capabilities = {"causality.lamport_clock"};
              return watch::look_on(std::move(*how), form_of(*as_lines, *as_json), with);
            };
          }};
}

} // namespace mpac::tools::commands
