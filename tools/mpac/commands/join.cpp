// `mpac join`: a person takes part in a session.
#include "tools/mpac/command.hpp"
#include "tools/mpac/join/desk.hpp"
#include "tools/mpac/model_options.hpp"
#include "tools/mpac/participant_options.hpp"
#include "tools/mpac/request_exit.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <memory>

namespace mpac::tools::commands {
namespace {

namespace asio = boost::asio;

struct wanted {
  bool agrees = false, goes_on = false;
};

/// The desk outlives what it has begun: coroutines go with the loop that they run on.
struct visit {
  asio::io_context io{1};
  client::participant by;
  std::unique_ptr<terminal::conversation> with;
  std::optional<join::desk> desk;
  asio::signal_set signals{io};

  explicit visit(client::options how) : by(io.get_executor(), std::move(how)) {}

  join::outcome run(join::desk_options how, const console& console) {
    if (auto info = co_await by.join(); !info)
      co_return console.sorry(code_of(info.error()), printable(client::describe(info.error())));
    signals.add(SIGTERM);
    signals.add(SIGHUP);
    with = terminal::standard_conversation(io.get_executor(), console);
    if (!with->columns())
      signals.add(SIGINT);
    signals.async_wait([this](boost::system::error_code failed, int) {
      signals.clear(); // a second one ends it as it would any program
      if (!failed)
        desk->leave();
    });
    desk.emplace(by, *with, io.get_executor(), std::move(how));
    while (const auto waiting = by.take_event())
      desk->hear(*waiting);
    by.on_event([this](const client::event& what) { desk->hear(what); });
    const auto code = co_await desk->run();
    with->stop();
    co_return code;
  }
};

exit_code take_part(client::options how, join::desk_options desk, const console& console) {
  visit visits(std::move(how));
  auto code = exit_code::bad;
  std::exception_ptr broken;
  asio::co_spawn(visits.io, visits.run(std::move(desk), console), [&](std::exception_ptr thrown, exit_code made) {
    broken = thrown;
    code = made;
    visits.io.stop();
  });
  visits.io.run();
  if (broken)
    std::rethrow_exception(broken);
  return code;
}

} // namespace

command join() {
  return {.name = "join",
          .summary = "Take part in a session: an interactive terminal",
          .about =
              std::string("What others do appears above the line that you type. `help` lists what can be typed:\n"
                          "files, show, diff, edit, commit, propose; intents, announce, update, withdraw, defer, "
                          "claim, judge;\n"
                          "conflicts, ack, resolve, escalate; task, who, wait, quit. Tab completes, the arrows bring "
                          "back what was\n"
                          "typed, Ctrl-C stops waiting, Ctrl-D leaves.\n\n"
                          "Where standard input is no terminal, its lines are the commands, and a question is "
                          "answered by the next\n"
                          "line. The first command that fails ends it with its exit code, unless --keep-going is "
                          "given. `wait CONFLICT_REPORT`\n"
                          "goes on when others have done such a thing since the last wait.\n\n"
                          "edit runs $VISUAL, $EDITOR or vi. A NAME without a colon makes you human:NAME here.\n\n") +
              about_participants + "\n\n" + about_models,
          .examples = {{"mpac join ws://hub.example:8766 demo --name Bob", "as human:Bob"},
                       {"mpac join wss://hub.example:8766 demo --name Ann --role owner --credential-file ann.token",
                        "as an owner, with a proof"},
                       {"printf '%s\\n' 'announce \"Fix a typo\" a.md' 'commit a.md' | \\\n"
                        "      mpac join ws://127.0.0.1:8766 demo --name Bob",
                        "from a script"}},
          .options = [](CLI::App& app) -> action {
            const auto who = add_participant_options(app);
            const auto model = add_model_options(app);
            const auto what = std::make_shared<wanted>();
            app.add_flag("--yes", what->agrees, "Answer yes to every question: what an agent made is committed unseen");
            app.add_flag("--keep-going", what->goes_on, "From a script: go on when a command has failed");
            return [=](const console& with) -> exit_code {
              if (!who->name.empty() && who->name.find(':') == std::string::npos)
                who->name = "human:" + who->name;
              auto how = participant_options(*who, with);
              if (!how)
                return with.sorry(exit_code::misused, how.error());
              return take_part(std::move(*how), {*model, !what->agrees, what->goes_on}, with);
            };
          }};
}

} // namespace mpac::tools::commands
