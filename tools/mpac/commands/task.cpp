// `mpac task`: one task by an agent, from HELLO to GOODBYE.
#include "client/agent/agent.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/model_options.hpp"
#include "tools/mpac/participant_options.hpp"
#include "tools/mpac/task_lines.hpp"
#include "tools/mpac/terminal/listings.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>

namespace mpac::tools::commands {
namespace {

namespace asio = boost::asio;
using client::agent::confirmation;

/// A person at a terminal would use `mpac join`; here the changes are shown, and nobody is asked.
class errand {
public:
  errand(client::options how, const console& with) : with_(with), signals_(io_, SIGINT, SIGTERM, SIGHUP) {
    by_.emplace(io_.get_executor(), std::move(how));
  }

  exit_code run(const model_access& thinks_with, bool is_trial, std::string task) {
    auto model = model_of(thinks_with, io_.get_executor());
    if (!model)
      return with_.sorry(exit_code::misused, printable(model.error()));
    client::agent::agent_options how;
    how.on_step = [this](const client::agent::step& step) { show({line_of(step)}); };
    how.confirm = [this, is_trial](const client::agent::proposed_change& change) { return judge(change, is_trial); };
    client::agent::agent agent(*by_, std::move(*model), how);
    auto code = exit_code::bad;
    std::exception_ptr broken;
    asio::co_spawn(io_, agent.run_task(std::move(task)),
                   [&](std::exception_ptr thrown, const client::agent::task_report& report) {
                     broken = thrown;
                     show(lines_of(report));
                     code = code_of(report);
                     io_.stop();
                   });
    signals_.async_wait([&](boost::system::error_code failed, int) {
      signals_.clear(); // a second one ends it as it would any program
      if (failed)
        return;
      is_stopped_ = true;
      show({"stopping before the next commit"});
    });
    io_.run();
    if (broken)
      std::rethrow_exception(broken);
    return code;
  }

private:
  void show(const terminal::styled_lines& lines) const {
    for (const auto& each : lines)
      with_.out << each.painted(with_.is_out_coloured) << '\n';
    with_.out << std::flush;
  }

  asio::awaitable<confirmation> judge(client::agent::proposed_change change, bool is_trial) {
    show(terminal::show_diff(change.path, change.before, change.after));
    co_return is_stopped_ ? confirmation::stop : is_trial ? confirmation::skip : confirmation::commit;
  }

  const console& with_;
  asio::io_context io_{1};
  asio::signal_set signals_;
  std::optional<client::participant> by_;
  bool is_stopped_ = false;
};

} // namespace

command task() {
  return {.name = "task",
          .summary = "Let an agent carry out one task, and leave",
          .about =
              std::string("The agent lists the files, decides which it has to change, announces that, gives way or "
                          "goes on if others work\n"
                          "there, and commits each file under the state it has read. Every change is printed. The "
                          "exit code is 0 if\n"
                          "everything is done, or nothing had to be; 5 if the agent gave way or was stopped (Ctrl-C "
                          "stops it before its\n"
                          "next commit); others as for every command.\n\n") +
              about_participants + "\n\n" + about_models,
          .examples = {{"mpac task ws://hub.example:8766 demo \"Add a docstring to every function of app.py\"",
                        "the key is in ANTHROPIC_API_KEY"},
                       {"mpac task ws://127.0.0.1:8766 demo --name helper --dry-run \"Fix the typos\"",
                        "shows what it would commit"}},
          .options = [](CLI::App& app) -> action {
            const auto who = add_participant_options(app);
            const auto model = add_model_options(app);
            const auto task = std::make_shared<std::string>();
            const auto is_trial = std::make_shared<bool>(false);
            app.add_option("TASK", *task, "What is to be done, in words")->required();
            app.add_flag("--dry-run", *is_trial, "Announce and show the changes, but commit nothing");
            return [=](const console& with) -> exit_code {
              auto how = participant_options(*who, with);
              if (!how)
                return with.sorry(exit_code::misused, how.error());
              return errand(std::move(*how), with).run(*model, *is_trial, *task);
            };
          }};
}

} // namespace mpac::tools::commands
