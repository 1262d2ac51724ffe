#include "client/mcp/presence.hpp"

#include "client/mcp/quoting.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace mpac::client::mcp {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);

} // namespace

presence::presence(asio::any_io_executor on, options how, base::duration patience,
                   std::function<void(std::string_view)> log)
    : on_(std::move(on)), how_(std::move(how)), patience_(patience), log_(std::move(log)),
      participant_(std::make_shared<participant>(on_, how_)), backoff_(how_.reconnect), pause_(on_), changed_(on_) {}

void presence::begin() {
  start_anew();
}

/// A participant can join once; where it has ended, another takes its name.
void presence::start_anew() {
  if (std::exchange(is_trying_, true))
    return;
  if (end_)
    participant_ = std::make_shared<participant>(on_, how_);
  end_.reset();
  is_joined_ = false;
  participant_->on_event([of = weak_from_this()](const event& what) {
    if (const auto self = of.lock())
      self->hear(what);
  });
  asio::co_spawn(
      on_, [self = shared_from_this()] { return self->keep_trying(); }, asio::detached);
}

awaitable<void> presence::keep_trying() {
  const auto self = shared_from_this();
  const auto mine = participant_;
  for (;;) {
    auto joined = co_await mine->join();
    if (has_left_)
      co_return;
    if (joined) {
      is_joined_ = true;
      backoff_.succeeded();
      break;
    }
    last_failure_ = describe(joined.error());
    log_("not in the session yet: " + last_failure_);
    if (!may_pass(joined.error())) {
      end_ = ended{ended::reason::refused, last_failure_};
      break;
    }
    const double chance = std::uniform_real_distribution<>(0, 1)(chance_);
    const auto wait = backoff_.next(chance, joined.error().retry_after.value_or(base::duration{}));
    pause_.expires_after(wait.value_or(how_.reconnect.longest));
    co_await pause_.async_wait(in_tuple);
    if (has_left_)
      co_return;
  }
  is_trying_ = false;
  signal();
}

void presence::signal() {
  changed_.cancel();
}

void presence::hear(const event& what) {
  if (const auto* lost = std::get_if<connection_lost>(&what)) {
    last_failure_ = lost->why;
    log_("the connection to the hub is lost: " + lost->why);
  } else if (const auto* in = std::get_if<joined>(&what)) {
    log_(in->is_return ? "back in the session" : "in the session");
  } else if (const auto* over = std::get_if<ended>(&what)) {
    end_ = *over;
    last_failure_ = over->why;
    if (!has_left_)
      log_("this participant has ended: " + over->why);
    signal();
  }
  if (handler_)
    handler_(what);
}

std::string presence::trouble() const {
  const auto hub = how_.url;
  if (end_ && end_->is == ended::reason::replaced)
    return "Another connection has taken over as " + how_.who.principal_id.str() + " in " + hub +
           ", so that this bridge is out of the session. Nothing was done. Tell your user: two programs must not "
           "share one name; one of them needs another --name.";
  const auto why =
      last_failure_.empty() ? std::string("no answer yet") : "the reason given is " + in_quotes(last_failure_);
  if (end_ && end_->is == ended::reason::session_closed)
    return "The session at " + hub + " is closed (" + why + "). Nothing was done, and nothing more can be done in it.";
  if (end_)
    return "The hub at " + hub + " does not let this bridge in: " + why +
           ". Nothing was done. Tell your user; once it is mended, call again: no restart is needed.";
  return "There is no connection to the hub at " + hub + " at the moment (" + why +
         "). Nothing was done. The bridge goes on trying to reconnect and will be the same participant then, with the "
         "same tasks: call again in a while. No restart is needed.";
}

awaitable<base::result<std::shared_ptr<participant>, std::string>> presence::ready() {
  const auto self = shared_from_this();
  const auto until = asio::steady_timer::clock_type::now() + patience_;
  if (end_ && end_->is != ended::reason::replaced && !has_left_)
    start_anew();
  pause_.cancel(); // somebody waits: the next attempt is now
  while (is_trying_ && asio::steady_timer::clock_type::now() < until) {
    changed_.expires_at(until);
    co_await changed_.async_wait(in_tuple);
  }
  const auto mine = participant_;
  if (is_joined_ && !end_) {
    const bool is_there = co_await mine->connected(
        std::chrono::duration_cast<base::duration>(until - asio::steady_timer::clock_type::now()));
    if (is_there)
      co_return mine;
  }
  co_return base::fail(trouble());
}

awaitable<void> presence::leave() {
  const auto self = shared_from_this();
  has_left_ = true;
  pause_.cancel();
  const auto mine = participant_;
  if (mine->is_connected()) {
    // Not the default argument: g++ 12 destroys an aggregate that is made within a co_await twice.
    protocol::goodbye farewell{protocol::goodbye_reason::user_exit, {}, {}};
    auto gone = co_await mine->leave(std::move(farewell));
    if (!gone)
      log_("GOODBYE was not heard: " + describe(gone.error()));
  } else {
    mine->drop();
  }
}

} // namespace mpac::client::mcp
