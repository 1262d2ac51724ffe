#include "tools/mpac/hosted_session.hpp"

#include "client/participant.hpp"
#include "cluster/hub.hpp"
#include "cluster/workspace_loader.hpp"
#include "tools/mpac/write_back/mirror.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <memory>
#include <ostream>

namespace mpac::tools {
namespace {

namespace asio = boost::asio;
namespace wb = write_back;

constexpr int endings[] = {SIGINT, SIGTERM, SIGHUP};

/// `SIG_BLOCK`: the signals that end it wait, and no thread that is made from now on sees them. `SIG_UNBLOCK`: this
/// thread does.
void let_signals(int how) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : endings)
    sigaddset(&set, signal);
  pthread_sigmask(how, &set, nullptr);
}

/// Where this machine itself reaches a listener.
std::string own_address(const std::string& listens) {
  boost::system::error_code failed;
  const auto read = asio::ip::make_address(listens, failed);
  if (failed || !read.is_unspecified())
    return listens;
  return read.is_v4() ? "127.0.0.1" : "::1";
}

} // namespace

base::result<std::size_t, std::string> hosted_session::remember_what_is_there() {
  const auto loaded = cluster::load_workspace(what_.directory);
  if (!loaded)
    return base::fail(loaded.error().text);
  for (const auto& note : loaded->warnings)
    with_.warn(printable(note));
  auto here = wb::directory::open(what_.directory);
  if (!here)
    return base::fail(here.error());
  const auto known = wb::record_of(*here, what_.session);
  if (!known)
    return base::fail(known.error());
  if (*known) { // a session that goes on has files of its own, and was compared with the disk before
    with_.warn("session " + what_.session + " goes on with the files as it knows them, not as they are on the disk");
    return loaded->files.size();
  }
  wb::session_record fresh{what_.session, {}};
  for (const auto& [path, file] : loaded->files.files())
    fresh.files.emplace(path, wb::known_file{file.state_ref(), false, {}});
  if (const auto written = here->write_own(wb::record_file(what_.session), wb::to_text(fresh)); !written)
    return base::fail(written.error());
  return loaded->files.size();
}

client::options hosted_session::own_options(const config::settings& settings, std::uint16_t port) const {
  client::options how;
  how.url = url_of(what_.has_tls(), own_address(settings.listen.address), port) + "/session/" + what_.session;
  how.who.principal_id = protocol::principal_id(own_name);
  how.who.type = protocol::principal_type::service;
  how.who.display_name = "the host's files";
  how.who.roles = {"observer"};
  how.who.implementation = protocol::implementation_info{"mpac", MPAC_VERSION};
  how.tls.verify_hub = false; // the port is this process's own, whatever name its certificate has
  if (!api_key_.empty())
    how.credential = [key = api_key_] { return protocol::credential{"api_key", key, {}, {}}; };
  return how;
}

exit_code hosted_session::serve(const config::settings& settings, const std::function<void(std::uint16_t)>& is_ready) {
  let_signals(SIG_BLOCK);
  auto started = cluster::hub::start(settings, MPAC_VERSION);
  if (!started)
    return with_.sorry(started.error().is_bad_argument ? exit_code::misused : exit_code::bad, started.error().what);
  const auto hub = std::move(*started);
  is_ready(hub->port());
  auto code = stay(own_options(settings, hub->port()));
  if (!hub->stop())
    code = with_.sorry(exit_code::bad, "what was decided last could not be kept; nobody was told of it");
  return code;
}

exit_code hosted_session::stay(const client::options& how) {
  auto code = exit_code::good;
  asio::io_context on{1};
  asio::signal_set signals(on);
  for (const int signal : endings)
    signals.add(signal);
  let_signals(SIG_UNBLOCK);
  client::participant in(on.get_executor(), how);
  std::optional<wb::directory> here;
  std::optional<wb::mirror> files;

  // Opens the directory, which is locked from then on, and joins.
  const auto begin = [&]() -> asio::awaitable<bool> {
    auto opened = wb::directory::open(what_.directory);
    auto known = opened ? wb::record_of(*opened, what_.session) : base::fail(opened.error());
    if (!known) {
      code = with_.sorry(exit_code::bad, known.error());
      co_return false;
    }
    here.emplace(std::move(*opened));
    files.emplace(in, *here, known->value_or(wb::session_record{what_.session, {}}),
                  wb::mirror::options{!writes_back_, [&](const wb::outcome& of) {
                                        if (writes_back_ || of.is_unsettled())
                                          with_.out << wb::describe(of) << std::endl;
                                      }});
    const auto joined = co_await in.join();
    if (!joined)
      code = with_.sorry(exit_code::bad, "the session's files can't be read: " + client::describe(joined.error()));
    co_return joined.has_value();
  };
  const auto look_at_all = [&]() -> asio::awaitable<void> {
    if (const auto done = co_await files->all(); !done)
      code = with_.sorry(exit_code::bad, done.error());
  };
  const auto finish = [&]() -> asio::awaitable<void> {
    const bool is_there = files ? in.is_connected() : co_await begin();
    if (is_there) {
      co_await look_at_all();
      (void)co_await in.leave();
    }
    in.drop();
  };
  const auto follow = [&]() -> asio::awaitable<void> {
    if (!co_await begin())
      co_return;
    co_await look_at_all();
    if (const auto done = co_await files->follow(); !done) {
      code = with_.sorry(exit_code::bad, done.error());
      signals.cancel();
      in.drop();
    }
  };
  const auto rethrow = [](std::exception_ptr failed) {
    if (failed)
      std::rethrow_exception(failed);
  };
  signals.async_wait([&](boost::system::error_code cancelled, int) {
    if (cancelled)
      return;
    signals.clear(); // the second one is the system's
    asio::co_spawn(on, finish(), rethrow);
  });
  if (writes_back_)
    asio::co_spawn(on, follow(), rethrow);
  on.run();

  if (files && !files->waiting().empty())
    with_.warn(std::to_string(files->waiting().size()) +
               " changed files are in the session and not on the disk; to get them: mpac host " +
               what_.directory.string() + " --session " + what_.session + " --write-back");
  if (files && !files->unsettled().empty())
    with_.warn(std::to_string(files->unsettled().size()) + " files differ between session and disk; see above");
  return code;
}

} // namespace mpac::tools
