// What works behind a participant: it carries what its membership decides to the connection and to whoever waits.
#pragma once

#include "client/membership.hpp"
#include "client/participant.hpp"
#include "client/reconnect_backoff.hpp"
#include "client/websocket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mpac::client {

/// Everything in it happens on the participant's executor. Lives as long as anything of it is under way.
class participant::worker : public std::enable_shared_from_this<participant::worker> {
public:
  worker(boost::asio::any_io_executor on, options how);

  boost::asio::awaitable<base::result<protocol::session_info, request_error>> join();
  boost::asio::awaitable<base::result<receipt, request_error>> leave(protocol::goodbye with);
  boost::asio::awaitable<bool> connected(base::duration within);
  /// Ends it all, without a word to anybody but those who wait, whose requests end with `as`.
  void finish(ended::reason why, const std::string& what, obstacle as = obstacle::session_over);

  /// Sends a message and waits for what it is answered with.
  boost::asio::awaitable<answer> ask(protocol::message_body body, base::duration within);
  boost::asio::awaitable<answer> insist(protocol::intent_announce body, base::duration within);
  boost::asio::awaitable<answer> ask(protocol::sideband_request request);

  boost::asio::awaitable<event> next_event();
  std::optional<event> take_event();
  void on_event(std::function<void(const event&)> handler);

  [[nodiscard]] const options& how() const noexcept { return how_; }
  [[nodiscard]] const membership& core() const noexcept { return *core_; }
  [[nodiscard]] membership& core() noexcept { return *core_; }
  [[nodiscard]] bool is_connected() const noexcept { return socket_ && core_->has_caught_up(); }

private:
  /// Somebody who waits for an answer, or for something to happen.
  struct waiting {
    explicit waiting(const boost::asio::any_io_executor& on)
        : signal(on, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer signal;
    std::optional<answer> got;
  };

  boost::asio::awaitable<answer> wait_for(protocol::message_id request, step made);
  boost::asio::awaitable<base::result<protocol::session_info, request_error>> attempt();
  boost::asio::awaitable<void> listen(std::shared_ptr<websocket> to);
  boost::asio::awaitable<void> keep_connected();
  boost::asio::awaitable<bool> come_back();
  void ended_by(std::exception_ptr thrown);
  /// Waits until the connection is gone.
  boost::asio::awaitable<void> until_lost();
  void lost(const std::shared_ptr<websocket>& which, closing how);

  void apply(step made);
  void tell(event what);
  void arm();
  void wake_joiners();

  boost::asio::any_io_executor on_;
  options how_;
  std::optional<address> to_;
  std::string unusable_; ///< why nothing can be done with the options; empty: it can
  std::unique_ptr<membership> core_;
  reconnect_backoff backoff_;
  std::mt19937_64 chance_{std::random_device{}()};

  std::shared_ptr<websocket> socket_;
  closing last_closing_;
  bool is_joining_ = false, is_kept_ = false, is_leaving_ = false, is_over_ = false;
  ended end_;

  std::map<protocol::message_id, std::shared_ptr<waiting>> waiting_;
  std::vector<std::shared_ptr<boost::asio::steady_timer>> joiners_;
  boost::asio::steady_timer look_timer_, lost_signal_, pause_, event_signal_;
  base::instant looks_at_ = base::never;

  std::deque<event> events_;
  std::size_t dropped_ = 0;
  /// Shared, for it may take itself away while it is called.
  std::shared_ptr<const std::function<void(const event&)>> handler_;
};

} // namespace mpac::client
