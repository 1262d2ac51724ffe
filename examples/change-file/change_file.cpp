// The smallest useful agent: says what it will do to a file, does it, and gives way where somebody was quicker.
//
// It adds one line to a shared file, on whatever version is there when it comes to it. Its mind is a single line of
// text; where that is written, an agent of yours would think.
#include "client/participant.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "protocol/workspace/state_ref_format.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace client = mpac::client;
namespace protocol = mpac::protocol;

constexpr int longest_race = 50; // commits that others were quicker with

struct task {
  std::string url, session, name, file, line;
};

client::options participant_for(const task& what) {
  client::options how;
  how.url = what.url + "/session/" + what.session;
  how.who.principal_id = protocol::principal_id("agent:" + what.name);
  how.who.display_name = what.name;
  how.reconnect.is_on = false; // it has one thing to do
  // A hub that lets in named guests alone wants to see what it has given them.
  if (const char* key_file = std::getenv("MPAC_CREDENTIAL_FILE")) {
    std::string key;
    std::getline(std::ifstream(key_file) >> std::ws, key);
    how.credential = [key] { return protocol::credential{"api_key", key, {}, {}}; };
  }
  // Over wss:// with a certificate of the hub's own making, this is who vouches for it.
  if (const char* ca_file = std::getenv("MPAC_CA_FILE")) {
    std::ifstream in(ca_file);
    how.tls.authorities.assign(std::istreambuf_iterator<char>(in), {});
  }
  return how;
}

template <class Answer>
Answer must(mpac::base::result<Answer, client::request_error> got, const char* what) {
  if (!got)
    throw std::runtime_error(std::string(what) + ": " + client::describe(got.error()));
  return std::move(*got);
}

/// The file with the line added, as a commit on the version that was read.
protocol::op_commit change_of(const task& what, const protocol::file_content& now, const protocol::intent_id& by) {
  const auto content = now.content + what.line + '\n';
  protocol::op_commit commit;
  commit.op_id = protocol::op_id(client::participant::fresh_id("op-"));
  commit.intent_id = by;
  commit.target = what.file;
  commit.op_kind = now.state_ref == protocol::absent_state_ref ? "create" : "replace";
  commit.state_ref_before = now.state_ref;
  commit.state_ref_after = protocol::state_ref_of(content);
  commit.summary = "adds a line";
  commit.file_changes[what.file] = {content, now.state_ref};
  return commit;
}

asio::awaitable<void> carry_out(client::participant& in, const task& what) {
  must(co_await in.join(), "joining");
  protocol::intent_announce intent;
  intent.intent_id = protocol::intent_id(client::participant::fresh_id("intent-"));
  intent.objective = "add a line to " + what.file;
  intent.scope = protocol::file_set({what.file});
  must(co_await in.announce(intent), "announcing");
  for (const auto* other : in.view().others_on(intent.scope))
    std::cout << other->principal_id.str() << " is at work there, too: " << other->objective << '\n';

  for (int race = 0;; ++race) {
    const auto read = co_await in.read_file(what.file);
    if (!read && !read.error().is(protocol::error_code::invalid_reference))
      throw std::runtime_error("reading: " + client::describe(read.error()));
    const auto now = read ? *read : protocol::file_content{what.file, {}, std::string(protocol::absent_state_ref)};
    const auto change = change_of(what, now, intent.intent_id); // named: see docs/client.md on g++ 12
    const auto done = co_await in.commit(change);
    if (done)
      break;
    // Somebody committed between our reading and our writing: on theirs, then (SPEC 16.3).
    if (!done.error().is(protocol::error_code::stale_state_ref) || race == longest_race)
      throw std::runtime_error("committing: " + client::describe(done.error()));
    std::cout << "somebody was quicker; once more, on their version\n";
  }
  std::cout << what.name << " has changed " << what.file << '\n';
  must(co_await in.leave(), "leaving");
}

} // namespace

int main(int count, char** values) try {
  if (count != 6) {
    std::cerr << "usage: change-file ws://HOST:PORT SESSION NAME FILE LINE\n";
    return EXIT_FAILURE;
  }
  const task what{values[1], values[2], values[3], values[4], values[5]};
  asio::io_context on{1};
  client::participant in(on.get_executor(), participant_for(what));
  std::exception_ptr failed;
  asio::co_spawn(on, carry_out(in, what), [&](std::exception_ptr how) {
    failed = how;
    in.drop();
  });
  on.run();
  if (failed)
    std::rethrow_exception(failed);
  return EXIT_SUCCESS;
} catch (const std::exception& why) {
  std::cerr << "change-file: " << why.what() << '\n';
  return EXIT_FAILURE;
}
