// Being in a session for as long as the bridge lives, whatever becomes of the hub meanwhile.
#pragma once

#include "base/result.hpp"
#include "client/participant.hpp"
#include "client/reconnect_backoff.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace mpac::client::mcp {

/// Joins, again and again if need be: a hub that is not there yet, or is started anew, costs no more than a failed
/// call. A participant that has ended (refused, or its session closed) is tried anew by the next call; one that another
/// connection has replaced is not, for the two would throw each other out in turn. All functions on the executor.
class presence : public std::enable_shared_from_this<presence> {
public:
  /// `patience`: how long a call waits for the connection. `log` takes whole sentences.
  presence(boost::asio::any_io_executor on, options how, base::duration patience,
           std::function<void(std::string_view)> log);

  /// Called with everything that happens.
  void on_event(std::function<void(const event&)> handler) { handler_ = std::move(handler); }
  void begin();

  /// The participant, connected and caught up, or why there is none, in words for a model.
  boost::asio::awaitable<base::result<std::shared_ptr<participant>, std::string>> ready();
  /// GOODBYE, if there is anybody to say it to.
  boost::asio::awaitable<void> leave();

  /// As it stands, connected or not.
  [[nodiscard]] const participant& now() const noexcept { return *participant_; }
  [[nodiscard]] const options& how() const noexcept { return how_; }

private:
  boost::asio::awaitable<void> keep_trying();
  void start_anew();
  void hear(const event& what);
  void signal();
  [[nodiscard]] std::string trouble() const;

  boost::asio::any_io_executor on_;
  options how_;
  base::duration patience_;
  std::function<void(std::string_view)> log_;
  std::function<void(const event&)> handler_;

  std::shared_ptr<participant> participant_;
  reconnect_backoff backoff_;
  std::mt19937_64 chance_{std::random_device{}()};
  boost::asio::steady_timer pause_, changed_;
  bool is_trying_ = false, is_joined_ = false, has_left_ = false;
  std::string last_failure_; ///< why it is not connected, as far as is known
  std::optional<ended> end_;
};

} // namespace mpac::client::mcp
