// A visit to a session: Alice's agent joins, holds a file, changes it, and leaves. See docs/client.md.
//
//   build/examples/visit/visit ws://127.0.0.1:8766/session/demo notes.txt "a new first line"
#include "client/participant.hpp"

#include "protocol/workspace/state_ref.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

using namespace mpac;
using boost::asio::awaitable;

/// The value, or the end of the visit with the reason.
template <class T>
T value_of(base::result<T, client::request_error> asked) {
  if (!asked)
    throw std::runtime_error(client::describe(asked.error()));
  return std::move(*asked);
}

/// A file that is not there yet begins empty.
awaitable<protocol::file_content> read(client::participant& alice, const std::string& path) {
  auto asked = co_await alice.read_file(path);
  if (!asked && asked.error().is(protocol::error_code::invalid_reference))
    co_return protocol::file_content{path, "", ""};
  co_return value_of(std::move(asked));
}

/// Commits until nobody has been quicker.
awaitable<void> put_in_front(client::participant& alice, const protocol::intent_id& intent, const std::string& path,
                             const std::string& line) {
  for (;;) {
    const auto before = co_await read(alice, path);
    const auto content = line + "\n" + before.content;
    protocol::op_commit change;
    change.intent_id = intent;
    change.target = path;
    change.op_kind = "replace";
    change.state_ref_before = before.state_ref;
    change.state_ref_after = protocol::state_ref_of(content);
    change.file_changes[path] = {content, before.state_ref};
    auto done = co_await alice.commit(change);
    if (!done && done.error().is(protocol::error_code::stale_state_ref))
      continue;
    value_of(std::move(done));
    co_return;
  }
}

awaitable<void> visit(client::options how, std::string path, std::string line) {
  client::participant alice(co_await boost::asio::this_coro::executor, std::move(how));
  value_of(co_await alice.join());
  alice.on_event([](const client::event& what) { std::cout << client::name_of(what) << '\n'; });

  protocol::intent_announce intent;
  intent.intent_id = protocol::intent_id(client::participant::fresh_id("intent-"));
  intent.objective = "put a line in front of " + path;
  intent.scope = protocol::file_set({path});
  value_of(co_await alice.announce(intent));
  value_of(co_await alice.overview()); // what follows from the announce has been heard
  for (const auto* held : alice.view().others_on(intent.scope))
    std::cout << held->principal_id.str() << " works there too: " << held->objective << '\n';

  co_await put_in_front(alice, intent.intent_id, path, line);
  value_of(co_await alice.leave());
}

} // namespace

int main(int count, char** words) {
  if (count != 4) {
    std::cerr << "usage: visit ws://HOST:PORT/session/ID PATH LINE\n";
    return 2;
  }
  client::options how;
  how.url = words[1];
  how.who.principal_id = protocol::principal_id("agent:alice");
  how.who.display_name = "Alice";

  boost::asio::io_context loop;
  int result = 0;
  boost::asio::co_spawn(loop, visit(std::move(how), words[2], words[3]), [&](std::exception_ptr failed) {
    try {
      if (failed)
        std::rethrow_exception(failed);
    } catch (const std::exception& why) {
      std::cerr << "visit: " << why.what() << '\n';
      result = 1;
    }
  });
  loop.run();
  return result;
}
