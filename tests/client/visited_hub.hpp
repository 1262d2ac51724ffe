// A hub of a test's own, and the thread on which the test's participants live.
#pragma once

#include "client/participant.hpp"
#include "cluster/hub.hpp"
#include "config/settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mpac::client::tests {

/// Starts with the default configuration in a folder of its own, keeps nothing, and listens on any port; `change`
/// first.
class visited_hub {
public:
  explicit visited_hub(const std::function<void(config::settings&)>& change = {});

  /// The hub ends as with SIGTERM, and starts again on the same folder and port.
  void restart();
  void stop();
  void start();

  [[nodiscard]] std::uint16_t port() const noexcept { return how_.listen.port; }
  [[nodiscard]] std::string url(const std::string& session = "demo") const {
    return "ws://127.0.0.1:" + std::to_string(port()) + "/session/" + session;
  }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }
  /// Writes a file that its owner alone can read, and tells where.
  [[nodiscard]] std::string put(const std::string& name, const std::string& text) const;

  config::settings& settings() noexcept { return how_; }

private:
  mpac::tests::temporary_folder folder_;
  config::settings how_;
  std::unique_ptr<cluster::hub> hub_;
};

/// Of `name` in the session at `url`, impatient enough for tests.
[[nodiscard]] options visitor(const std::string& url, const std::string& name);

/// Runs what a test does as a participant's program would, to its end. Fails the test when that does not come.
template <class Coroutine>
void play(Coroutine&& scene) {
  boost::asio::io_context loop;
  std::exception_ptr failed;
  bool is_over = false;
  boost::asio::co_spawn(loop, std::forward<Coroutine>(scene)(loop), [&](std::exception_ptr thrown) {
    failed = thrown;
    is_over = true;
  });
  loop.run_for(std::chrono::seconds{60});
  if (failed)
    std::rethrow_exception(failed);
  REQUIRE(is_over);
}

/// Takes events until one is an `Event` that fits; the others are gone then. Fails the test at the end of them.
template <class Event, class Fits>
boost::asio::awaitable<Event> until(participant& who, Fits fits) {
  for (;;) {
    auto one = co_await who.next_event();
    if (auto* found = std::get_if<Event>(&one); found && fits(*found))
      co_return std::move(*found);
    if (const auto* last = std::get_if<ended>(&one))
      FAIL("the events have ended: " << last->why);
  }
}
template <class Event>
boost::asio::awaitable<Event> until(participant& who) {
  return until<Event>(who, [](const Event&) { return true; });
}

/// The value, or the test fails with the error.
template <class T>
T value_of(base::result<T, request_error> asked) {
  if (!asked)
    FAIL(describe(asked.error()));
  return std::move(*asked);
}
template <class T>
request_error error_of(base::result<T, request_error> asked) {
  REQUIRE_FALSE(asked.has_value());
  return std::move(asked.error());
}

[[nodiscard]] protocol::intent_announce work_on(const std::string& intent, const std::string& file);
/// Changes `file`, as whole text, from one state to the next.
[[nodiscard]] protocol::op_commit change_of(const std::string& file, const std::string& before,
                                            const std::string& content, const std::string& intent);

} // namespace mpac::client::tests
