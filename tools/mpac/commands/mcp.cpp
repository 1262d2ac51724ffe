// `mpac mcp`: an MCP server on standard input and output, for any MCP client (docs/mcp.md).
#include "client/mcp/bridge.hpp"
#include "client/mcp/line_stream.hpp"
#include "client/mcp/server.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/participant_options.hpp"
#include "tools/mpac/seconds_option.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <memory>
#include <ostream>
#include <utility>

#include <unistd.h>

namespace mpac::tools::commands {
namespace {

namespace asio = boost::asio;
namespace mcp = client::mcp;

constexpr std::chrono::milliseconds for_answers{1000}; // what is asked when the client goes may still be answered
constexpr std::chrono::milliseconds for_goodbye{1000}; // clients kill after some two seconds
constexpr base::duration longest_pause = std::chrono::seconds{3}; // between attempts to reconnect: somebody waits

/// One client from its first line to the end of its standard input.
class service {
public:
  service(client::options how, base::duration patience, const console& with)
      : signals_(on_, SIGTERM, SIGINT),
        in_(std::make_shared<mcp::bridge>(
            on_.get_executor(), std::move(how), patience,
            [&with](std::string_view what) { with.err << "mpac mcp: " << printable(what) << std::endl; })),
        server_(std::make_shared<mcp::server>(on_.get_executor(), in_, MPAC_VERSION,
                                              [this](std::string line, mcp::line_kind kind) {
                                                lines_->write(std::move(line), kind == mcp::line_kind::notification);
                                              })) {}

  void run() {
    server_->begin();
    in_->begin();
    lines_ = std::make_unique<mcp::line_stream>(
        STDIN_FILENO, STDOUT_FILENO,
        mcp::line_stream::reading{
            [this](std::string line) {
              asio::post(on_, [this, line = std::move(line)] {
                server_->hear(line);
                lines_->heard(line.size());
              });
            },
            [this] { asio::post(on_, [this] { server_->refuse_long_line(mcp::line_stream::longest_line); }); },
            [this] { asio::post(on_, [this] { leave(for_answers); }); }});
    signals_.async_wait([this](boost::system::error_code cancelled, int) {
      if (!cancelled)
        leave({});
    });
    on_.run();
    lines_.reset();
  }

private:
  void leave(std::chrono::milliseconds wait) {
    if (std::exchange(is_leaving_, true))
      return;
    asio::co_spawn(
        on_, [this, wait] { return go(wait); }, asio::detached);
    end_.expires_after(wait + for_goodbye);
    end_.async_wait([this](boost::system::error_code) { on_.stop(); });
  }

  asio::awaitable<void> go(std::chrono::milliseconds wait) {
    co_await server_->settled(asio::steady_timer::clock_type::now() + wait);
    server_->close();
    co_await in_->leave();
    on_.stop();
  }

  asio::io_context on_{1};
  asio::executor_work_guard<asio::io_context::executor_type> stays_{on_.get_executor()};
  asio::signal_set signals_;
  asio::steady_timer end_{on_};
  std::shared_ptr<mcp::bridge> in_;
  std::shared_ptr<mcp::server> server_;
  std::unique_ptr<mcp::line_stream> lines_;
  bool is_leaving_ = false;
};

exit_code serve(const participant_access& access, double patience, const console& with) {
  auto how = participant_options(access, with);
  if (!how)
    return with.sorry(exit_code::misused, how.error() + "\nSee: mpac mcp --help");
  how->reconnect.longest = longest_pause;
  if (::isatty(STDIN_FILENO) == 1)
    with.warn(
        "this is for MCP clients, which start it themselves; docs/mcp.md tells how. It reads JSON-RPC from here.");
  service(std::move(*how), base::from_seconds(patience), with).run();
  return exit_code::good;
}

} // namespace

command mcp() {
  return {.name = "mcp",
          .summary = "Be an MCP server: a session's tools for any MCP client",
          .about =
              std::string(
                  "Speaks the Model Context Protocol on standard input and output, in its revisions 2024-11-05 to\n"
                  "2026-07-28. An MCP client starts it; nobody has to be there at the hub yet: it connects by itself,\n"
                  "and again whenever the hub comes back. It leaves the session when its input ends. Logs go to\n"
                  "standard error. docs/mcp.md shows the tools, and how to add it to a client.\n\n") +
              about_participants,
          .examples = {{"mpac mcp ws://127.0.0.1:8766 demo --name alice", "what an MCP client has to start"},
                       {"claude mcp add demo -- mpac mcp ws://127.0.0.1:8766 demo --name alice",
                        "how one client is told so"}},
          .options = [](CLI::App& app) -> action {
            const auto access = add_participant_options(app);
            const auto patience = std::make_shared<double>(10);
            auto* waits = app.add_option("--patience", *patience,
                                         "How long a call waits for the connection before it fails, in seconds");
            take_seconds(waits, 0, 600);
            return [=](const console& with) { return serve(*access, *patience, with); };
          }};
}

} // namespace mpac::tools::commands
