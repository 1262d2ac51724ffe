// What stands between tools and the hub: one participant, what it has heard, and how a call waits and fails.
#pragma once

#include "base/result.hpp"
#include "client/mcp/event_log.hpp"
#include "client/mcp/presence.hpp"
#include "client/mcp/telling.hpp"
#include "client/participant.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::client::mcp {

/// Why a call came to nothing, in words for a model.
struct trouble {
  std::string told;
  std::optional<request_error> why = {}; ///< the hub's answer, if it was that
};

template <class Answer>
using attempt = boost::asio::awaitable<base::result<Answer, trouble>>;

/// Whether a request may be sent again when the connection broke and nobody knows whether it was carried out.
enum class repeat : std::uint8_t { never, freely };

/// A claim on somebody's task that waits to be decided.
struct pending_claim {
  protocol::intent_id new_task;
  std::optional<base::result<protocol::intent_claim_status, request_error>> outcome;
};

/// On the executor it was made with, like the participant in it.
class bridge : public std::enable_shared_from_this<bridge> {
public:
  using clock = boost::asio::steady_timer::clock_type;

  /// `patience` and `log`: see `presence`.
  bridge(boost::asio::any_io_executor on, options how, base::duration patience,
         std::function<void(std::string_view)> log);

  void begin();
  boost::asio::awaitable<void> leave() { return presence_->leave(); }
  /// Called with everything that happens, after the log and the view know it.
  void on_event(std::function<void(const event&)> handler) { handler_ = std::move(handler); }

  /// Asks when there is a connection. When it breaks in between, and it is known that nothing was carried out or `how`
  /// allows it, asks once more on the next connection. `asking` takes a `participant&` and may be called twice.
  template <class Answer, class Asking>
  attempt<Answer> ask(repeat how, Asking asking) {
    const auto self = shared_from_this();
    for (bool is_second = false;; is_second = true) {
      auto here = co_await presence_->ready();
      if (!here)
        co_return base::fail(trouble{std::move(here.error())});
      auto said = co_await asking(**here);
      if (said)
        co_return base::result<Answer, trouble>{boost::system::in_place_value, std::move(*said)};
      auto why = said.error();
      const bool nothing_was_done =
          why.why == obstacle::not_connected || (why.why == obstacle::connection_lost && why.is_known_not_taken);
      const bool may_repeat = nothing_was_done || (why.why == obstacle::connection_lost && how == repeat::freely);
      if (is_second || !may_repeat) {
        auto words = told(why);
        co_return base::fail(trouble{std::move(words), std::move(why)});
      }
    }
  }

  /// How the session stands now. What followed from earlier requests is in the view then.
  attempt<protocol::session_overview> look();
  attempt<protocol::file_list_response> list_files();
  attempt<protocol::file_content> read_file(std::string path);
  /// The same from memory where `listed` is still what was read last.
  attempt<protocol::file_content> read_file(protocol::listed_file listed);

  /// Claims a task, or finds the claim that waits already.
  attempt<std::shared_ptr<pending_claim>> claim(protocol::intent_claim what);
  [[nodiscard]] bool has_claim(const protocol::intent_id& task) const { return claims_.contains(task); }
  /// Forgets the claim on this task.
  void forget_claim(const protocol::intent_id& task) { claims_.erase(task); }

  /// Returns when something has happened (an event, a claim decided, a call cancelled), or at `until`.
  boost::asio::awaitable<void> until_something_happens(clock::time_point until);
  /// Something has happened.
  void wake();

  [[nodiscard]] const session_view& view() const noexcept { return presence_->now().view(); }
  [[nodiscard]] const event_log& events() const noexcept { return events_; }
  [[nodiscard]] const options& how() const noexcept { return presence_->how(); }
  [[nodiscard]] const protocol::session_id& session() const noexcept { return how().session; }
  [[nodiscard]] const protocol::principal_id& me() const noexcept { return how().who.principal_id; }

private:
  void hear(const event& what);

  boost::asio::any_io_executor on_;
  std::shared_ptr<presence> presence_;
  event_log events_;
  std::function<void(const event&)> handler_;
  std::vector<std::shared_ptr<boost::asio::steady_timer>> waiters_;
  std::map<std::string, protocol::file_content, std::less<>> read_; ///< up to `most_remembered` bytes
  std::size_t remembered_ = 0;
  std::map<protocol::intent_id, std::shared_ptr<pending_claim>> claims_;
};

} // namespace mpac::client::mcp
