// `mpac sync`: writes a session's workspace back to a directory, once or for as long as it lasts.
#include "client/participant.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/json.hpp"
#include "tools/mpac/participant_options.hpp"
#include "tools/mpac/write_back/mirror.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <memory>
#include <ostream>

namespace mpac::tools::commands {
namespace {

namespace asio = boost::asio;
namespace wb = write_back;

struct wanted {
  std::string directory;
  bool follows = false, only_looks = false, as_json = false;
};

std::string_view word_of(const wb::outcome& of) {
  if (!of.failed.empty())
    return "failed";
  constexpr std::string_view words[] = {"settled",      "written",   "removed",   "kept_both", "changed_here",
                                        "deleted_here", "left_here", "forgotten", "refused"};
  return words[static_cast<std::size_t>(of.what.is)];
}

void tell(const wb::outcome& of, const wanted& what, const console& with) {
  if (what.as_json) {
    json::object line{{"path", of.what.path}, {"outcome", word_of(of)}};
    for (const auto& [name, text] :
         {std::pair{"state_ref", &of.what.ref}, std::pair{"why", &of.what.reason}, std::pair{"kept_aside", &of.aside},
          std::pair{"failed", &of.failed}, std::pair{"by", &of.by}})
      if (!text->empty())
        line[name] = *text;
    with.out << json::serialize(line) << std::endl;
  } else if (of.is_unsettled()) {
    with.out << with.painted(colour::yellow, wb::describe(of)) << std::endl;
  } else {
    with.out << (what.only_looks ? "would be " : "") << wb::describe(of) << std::endl;
  }
}

exit_code code_of(const client::request_error& failed) {
  using client::obstacle;
  const bool is_credential = failed.is(protocol::error_code::credential_rejected);
  return is_credential                          ? exit_code::not_let_in
         : failed.why == obstacle::refused      ? exit_code::refused
         : failed.why == obstacle::unacceptable ? exit_code::misused
                                                : exit_code::unreachable;
}

asio::awaitable<void> work(client::participant& in, wb::mirror& files, const wanted& what, const console& with,
                           exit_code& code) {
  if (const auto joined = co_await in.join(); !joined) {
    code = with.sorry(code_of(joined.error()), client::describe(joined.error()));
    co_return;
  }
  auto done = co_await files.all();
  if (done && !what.as_json)
    with.out << "session and disk: " << files.files() << " files together, " << files.waiting().size() << " to write, "
             << files.unsettled().size() << " that differ" << (what.follows ? "; following" : "") << std::endl;
  if (done && what.follows)
    done = co_await files.follow();
  if (!done)
    code = with.sorry(exit_code::bad, done.error());
  else if (!files.unsettled().empty())
    code = exit_code::bad;
  (void)co_await in.leave();
}

exit_code sync(const participant_access& access, const wanted& what, const console& with) {
  auto how = participant_options(access, with);
  if (!how)
    return with.sorry(exit_code::misused, how.error());
  how->who.type = protocol::principal_type::service;
  how->reconnect.is_on = what.follows;
  auto onto = wb::directory::open(what.directory);
  if (!onto)
    return with.sorry(exit_code::misused, onto.error());
  auto known = wb::record_of(*onto, access.session);
  if (!known)
    return with.sorry(exit_code::misused, known.error());

  asio::io_context on{1};
  client::participant in(on.get_executor(), *std::move(how));
  wb::mirror files(in, *onto, known->value_or(wb::session_record{access.session, {}}),
                   {what.only_looks, [&](const wb::outcome& of) { tell(of, what, with); }});
  auto code = exit_code::good;
  asio::signal_set signals(on, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code cancelled, int) {
    if (cancelled)
      return;
    signals.clear(); // the second one is the system's
    asio::co_spawn(
        on, [&]() -> asio::awaitable<void> { (void)co_await in.leave(); }, asio::detached);
  });
  asio::co_spawn(on, work(in, files, what, with, code), [&](std::exception_ptr failed) {
    signals.cancel();
    in.drop();
    if (failed)
      std::rethrow_exception(failed);
  });
  on.run();
  return code;
}

} // namespace

command sync() {
  return {
      .name = "sync",
      .summary = "Write a session's workspace back to a directory, once or continuously",
      .about =
          std::string(
              "Each file is written as a whole or not at all, and never over a version that the session has not "
              "had:\nwhat was changed on the disk meanwhile stays, the session's version is put beside, below\n"
              "DIR/.mpac/kept-aside, and you are told. To settle it, bring the two together and commit that to the\n"
              "session, or copy the session's version over yours. Nothing outside DIR is written, nothing through "
              "links,\nno `.git` and the like; only files that this command brought itself are ever removed. What it "
              "wrote last is\nremembered in DIR/.mpac. Exit code 1: something differs and stays so until you "
              "decide.\n\n") +
          about_participants,
      .examples = {{"mpac sync ws://192.168.1.5:8766 demo .", "what the session has, into this folder"},
                   {"mpac sync ws://192.168.1.5:8766 demo . --dry-run", "only tells what would be done"},
                   {"mpac sync ws://192.168.1.5:8766 demo . --follow", "and whatever is committed from now on"}},
      .options = [](CLI::App& app) -> action {
        const auto access = add_participant_options(app);
        access->roles = {"observer"};
        app.get_option("--role")->default_str("[observer]");
        const auto what = std::make_shared<wanted>();
        app.add_option("DIR", what->directory, "The folder to write to; it must be there")
            ->type_name("DIR")
            ->required();
        app.add_flag("--follow", what->follows, "Stay, and write what is committed, until the session ends or Ctrl-C");
        app.add_flag("--dry-run", what->only_looks, "Tell what would be done, and do nothing");
        app.add_flag("--json", what->as_json, "One JSON object a line for each file that was looked into");
        return [=](const console& with) -> exit_code {
          if (what->follows && what->only_looks)
            return with.sorry(exit_code::misused, "--dry-run looks once: it goes without --follow");
          return sync(*access, *what, with);
        };
      }};
}

} // namespace mpac::tools::commands
