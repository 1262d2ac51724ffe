// `mpac snapshot`: the whole state of a session (SPEC 8.1.1.2).
#include "tools/mpac/admin.hpp"
#include "tools/mpac/command.hpp"

#include <CLI/CLI.hpp>

namespace mpac::tools::commands {

command snapshot() {
  return {.name = "snapshot",
          .summary = "Print the state snapshot of a session",
          .about = about_admin_access,
          .examples = {{"mpac snapshot demo", "indented, for people"},
                       {"mpac snapshot demo --whole --json > demo.json",
                        "as the hub sent it, nothing left out; `mpac-cluster --import-snapshot` takes it"}},
          .options = [](CLI::App& app) -> action {
            const auto how = add_admin_options(app);
            const auto session = std::make_shared<std::string>();
            const auto as_json = std::make_shared<bool>(false), is_whole = std::make_shared<bool>(false);
            app.add_option("SESSION", *session, "Which session")->required();
            app.add_flag("--json", *as_json, "As it came: one line");
            app.add_flag("--whole", *is_whole, "With what privacy.redact leaves out: to take the session elsewhere");
            return [=](const console& with) -> exit_code {
              const auto reply = ask_admin(*how, with, "GET",
                                           session_target(*session, *is_whole ? "/snapshot?whole=true" : "/snapshot"));
              if (!reply)
                return reply.error();
              const auto answer = read_answer(*reply, with);
              if (!answer)
                return answer.error();
              print_line(*as_json ? reply->body : indented(*answer), with);
              return exit_code::good;
            };
          }};
}

} // namespace mpac::tools::commands
