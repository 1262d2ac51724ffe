// `mpac close`: ends a session (SPEC 14.5).
#include "tools/mpac/admin.hpp"
#include "tools/mpac/command.hpp"

#include <CLI/CLI.hpp>

namespace mpac::tools::commands {

command close() {
  return {.name = "close",
          .summary = "Close a session: everybody in it is told, with reason `manual`",
          .about = about_admin_access,
          .examples = {{"mpac close demo", "the intents that are left are withdrawn"},
                       {"mpac close demo --intents expire_all", "they run out by their TTL"}},
          .options = [](CLI::App& app) -> action {
            const auto how = add_admin_options(app);
            const auto session = std::make_shared<std::string>();
            const auto intents = std::make_shared<std::string>("withdraw_all");
            const auto as_json = std::make_shared<bool>(false);
            app.add_option("SESSION", *session, "Which session")->required();
            app.add_option("--intents", *intents, "What becomes of the intents that are left")
                ->check(CLI::IsMember({"withdraw_all", "expire_all"}))
                ->capture_default_str();
            app.add_flag("--json", *as_json, "Print the hub's answer: the session's row as one line of JSON");
            return [=](const console& with) -> exit_code {
              const auto reply = ask_admin(*how, with, "DELETE", session_target(*session, "?intents=" + *intents));
              if (!reply)
                return reply.error();
              print_line(*as_json ? reply->body : "closed " + printable(*session), with);
              return exit_code::good;
            };
          }};
}

} // namespace mpac::tools::commands
