#include "client/worker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace mpac::client {

namespace asio = boost::asio;
using asio::awaitable;
using namespace protocol;

namespace {

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
constexpr auto for_ever = asio::steady_timer::time_point::max();

request_error failure_of(obstacle why, std::string what) {
  request_error error;
  error.why = why;
  error.what = std::move(what);
  return error;
}

/// What a hub closes with when coming back does not help (docs/operations.md).
bool is_final(const closing& how) {
  return how.code >= 4000 || how.code == 1000 || how.code == 1002 || how.code == 1003 || how.code == 1007;
}

ended::reason reason_of(const closing& how) {
  constexpr std::uint16_t replaced = 4009;
  return how.code == replaced ? ended::reason::replaced
         : how.code == 1000   ? ended::reason::session_closed
                              : ended::reason::refused;
}

instance_id fresh_instance(const identity& who) {
  return instance_id(participant::fresh_id(who.principal_id.str() + ":"));
}

} // namespace

participant::worker::worker(asio::any_io_executor on, options how)
    : on_(std::move(on)), how_(std::move(how)), backoff_(how_.reconnect), look_timer_(on_), lost_signal_(on_),
      pause_(on_), event_signal_(on_) {
  if (auto to = address::of(how_.url)) {
    to_ = std::move(*to);
    if (how_.session.empty())
      how_.session = session_id(to_->session);
  } else {
    unusable_ = "options.url: " + to.error();
  }
  if (unusable_.empty() && how_.session.empty())
    unusable_ = "options.session: empty, and the URL names none behind /session/";
  if (unusable_.empty() && how_.who.principal_id.empty())
    unusable_ = "options.who.principal_id: empty";
  const auto instance = fresh_instance(how_.who);
  auto core = membership::of(how_, instance);
  if (!core) {
    unusable_ = "options." + core.error();
    auto plain = how_;
    plain.trust.participant_authorities.clear();
    core = membership::of(plain, instance); // nothing will be said with it
  }
  core_ = std::make_unique<membership>(std::move(*core));
}

void participant::worker::apply(step made) {
  const auto self = shared_from_this();
  for (auto& text : made.say)
    if (socket_)
      socket_->write(std::move(text));
  bool is_turned_away = false;
  for (auto& each : made.done) {
    const auto found = waiting_.extract(each.request);
    if (found.empty()) {
      // HELLO to a coordinator that took over on this connection is waited for by nobody.
      is_turned_away |= each.request == core_->hello_id() && std::holds_alternative<request_error>(each.with);
      continue;
    }
    found.mapped()->got = std::move(each.with);
    found.mapped()->signal.cancel();
  }
  for (auto& each : made.events)
    tell(std::move(each));
  if (made.is_over && !is_over_)
    return finish(*made.is_over, "the session is closed");
  if (made.has_to_reconnect && socket_)
    lost(socket_, {1006, "the coordinator is silent"});
  else if (is_turned_away && socket_)
    lost(socket_, {1006, "the new coordinator did not accept HELLO"});
  if (core_->has_caught_up())
    wake_joiners();
  arm();
}

void participant::worker::tell(event what) {
  if (const auto handler = handler_)
    return (*handler)(what);
  events_.push_back(std::move(what));
  while (events_.size() > std::max<std::size_t>(how_.events_kept, 1)) {
    events_.pop_front();
    ++dropped_;
  }
  event_signal_.cancel();
}

void participant::worker::wake_joiners() {
  for (const auto& each : std::exchange(joiners_, {}))
    each->cancel();
}

/// One timer for all deadlines of the membership.
void participant::worker::arm() {
  const auto next = is_over_ ? base::never : core_->next_look();
  if (next == looks_at_)
    return;
  looks_at_ = next;
  look_timer_.cancel();
  if (next == base::never)
    return;
  look_timer_.expires_after(std::max(next - base::now(), base::duration::zero()));
  look_timer_.async_wait([of = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = of.lock();
    if (cancelled || !self)
      return;
    self->looks_at_ = base::never;
    self->apply(self->core_->look(base::now()));
  });
}

awaitable<answer> participant::worker::wait_for(message_id request, step made) {
  const auto self = shared_from_this();
  const auto mine = std::make_shared<waiting>(on_);
  waiting_.insert_or_assign(std::move(request), mine);
  apply(std::move(made));
  if (!mine->got)
    co_await mine->signal.async_wait(in_tuple);
  if (!mine->got)
    co_return failure_of(obstacle::timed_out, "nobody waited for the answer any more");
  co_return std::move(*mine->got);
}

awaitable<answer> participant::worker::ask(message_body body, base::duration within) {
  if (is_over_)
    co_return failure_of(obstacle::session_over, end_.why);
  const auto now = base::now();
  step made;
  auto sent = core_->ask(std::move(body), now, now + within, made);
  if (!sent)
    co_return std::move(sent.error());
  co_return co_await wait_for(std::move(*sent), std::move(made));
}

awaitable<answer> participant::worker::insist(intent_announce body, base::duration within) {
  if (is_over_)
    co_return failure_of(obstacle::session_over, end_.why);
  const auto now = base::now();
  step made;
  auto sent = core_->insist(std::move(body), now, now + within, made);
  if (!sent)
    co_return std::move(sent.error());
  co_return co_await wait_for(std::move(*sent), std::move(made));
}

awaitable<answer> participant::worker::ask(sideband_request request) {
  if (is_over_)
    co_return failure_of(obstacle::session_over, end_.why);
  step made;
  auto sent = core_->ask(request, base::now() + how_.request_timeout, made);
  if (!sent)
    co_return std::move(sent.error());
  co_return co_await wait_for(std::move(*sent), std::move(made));
}

awaitable<base::result<session_info, request_error>> participant::worker::join() {
  const auto self = shared_from_this();
  if (!unusable_.empty())
    co_return base::fail(failure_of(obstacle::unacceptable, unusable_));
  if (is_over_)
    co_return base::fail(failure_of(obstacle::session_over, end_.why));
  if (is_kept_ || std::exchange(is_joining_, true))
    co_return base::fail(failure_of(obstacle::unacceptable, "it has joined already, or is about to"));
  auto joined = co_await attempt();
  is_joining_ = false;
  if (joined && !is_over_) {
    is_kept_ = true;
    asio::co_spawn(
        on_, [self] { return self->keep_connected(); }, [self](std::exception_ptr thrown) { self->ended_by(thrown); });
  }
  co_return joined;
}

awaitable<base::result<session_info, request_error>> participant::worker::attempt() {
  const auto self = shared_from_this();
  auto opened = co_await websocket::open(on_, *to_, how_);
  if (is_over_)
    co_return base::fail(failure_of(obstacle::session_over, end_.why));
  if (!opened)
    co_return base::fail(failure_of(obstacle::not_connected, std::move(opened.error())));
  const auto mine = *opened;
  socket_ = mine;
  last_closing_ = {};
  asio::co_spawn(
      on_, [self, mine] { return self->listen(mine); }, asio::detached);
  auto greeting = core_->say_hello(base::now());
  auto said = co_await wait_for(core_->hello_id(), std::move(greeting));
  if (auto* info = std::get_if<session_info>(&said))
    co_return base::result<session_info, request_error>{boost::system::in_place_value, std::move(*info)};
  if (socket_ == mine)
    lost(mine, {1006, "HELLO was not accepted"});
  auto why = std::get<request_error>(std::move(said));
  if (why.why == obstacle::connection_lost) {
    why.what = "the connection ended before HELLO was answered: " + last_closing_.why;
    why.why = is_final(last_closing_) ? obstacle::unacceptable : obstacle::connection_lost;
  }
  co_return base::fail(std::move(why));
}

awaitable<void> participant::worker::listen(std::shared_ptr<websocket> to) {
  const auto self = shared_from_this();
  for (;;) {
    auto text = co_await to->read();
    if (socket_ != to)
      co_return;
    if (!text) {
      lost(to, std::move(text.error()));
      co_return;
    }
    apply(core_->hear(*text, base::now()));
  }
}

void participant::worker::lost(const std::shared_ptr<websocket>& which, closing how) {
  if (socket_ != which || !which)
    return;
  std::exchange(socket_, nullptr)->drop();
  last_closing_ = std::move(how);
  lost_signal_.cancel();
  constexpr std::uint16_t too_big = 1009;
  const bool was_too_large = last_closing_.code == too_big;
  apply(core_->connection_lost(base::now(), was_too_large ? std::optional(last_closing_.why) : std::nullopt));
  if (is_leaving_) // nobody comes back, and says HELLO, to learn whether GOODBYE was heard
    finish(ended::reason::left, "the connection ended while this participant left: " + last_closing_.why,
           obstacle::connection_lost);
}

awaitable<void> participant::worker::until_lost() {
  while (socket_ && !is_over_) {
    lost_signal_.expires_at(for_ever);
    co_await lost_signal_.async_wait(in_tuple);
  }
}

awaitable<void> participant::worker::keep_connected() {
  const auto self = shared_from_this();
  for (;;) {
    const auto since = base::now();
    co_await until_lost();
    if (is_over_)
      co_return;
    if (base::now() - since >= how_.reconnect.longest) // a hub that breaks each connection is not asked ever faster
      backoff_.succeeded();
    if (is_final(last_closing_)) {
      finish(reason_of(last_closing_), last_closing_.why);
      co_return;
    }
    const bool is_back = co_await come_back();
    if (!is_back)
      co_return;
  }
}

/// What its user's functions throw ends it, and is told.
void participant::worker::ended_by(std::exception_ptr thrown) {
  if (!thrown)
    return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& why) {
    finish(ended::reason::gave_up, std::string("a function of the options threw: ") + why.what());
  }
}

awaitable<bool> participant::worker::come_back() {
  const auto self = shared_from_this();
  auto why = last_closing_.why;
  base::duration asked_for{};
  for (;;) {
    const double chance = std::uniform_real_distribution<>(0, 1)(chance_);
    const auto wait = backoff_.next(chance, asked_for);
    tell(client::connection_lost{why, backoff_.failures(), wait});
    if (!wait) {
      finish(ended::reason::gave_up, why);
      co_return false;
    }
    pause_.expires_after(*wait);
    co_await pause_.async_wait(in_tuple);
    if (is_over_)
      co_return false;
    auto again = co_await attempt();
    if (is_over_)
      co_return false;
    if (again)
      co_return true;
    if (!may_pass(again.error())) {
      finish(ended::reason::refused, describe(again.error()));
      co_return false;
    }
    why = describe(again.error());
    asked_for = again.error().retry_after.value_or(base::duration{});
  }
}

awaitable<base::result<receipt, request_error>> participant::worker::leave(goodbye with) {
  const auto self = shared_from_this();
  message_body body(std::move(with));
  is_leaving_ = true;
  auto said = co_await ask(std::move(body), how_.request_timeout);
  if (!is_over_ && socket_)
    std::exchange(socket_, nullptr)->close();
  finish(ended::reason::left, "this participant has left");
  if (auto* taken = std::get_if<receipt>(&said))
    co_return base::result<receipt, request_error>{boost::system::in_place_value, std::move(*taken)};
  co_return base::fail(std::get<request_error>(std::move(said)));
}

awaitable<bool> participant::worker::connected(base::duration within) {
  const auto self = shared_from_this();
  const auto until = asio::steady_timer::clock_type::now() + within;
  while (!is_connected() && !is_over_ && asio::steady_timer::clock_type::now() < until) {
    const auto mine = std::make_shared<asio::steady_timer>(on_, until);
    joiners_.push_back(mine);
    co_await mine->async_wait(in_tuple);
    std::erase(joiners_, mine);
  }
  co_return is_connected();
}

void participant::worker::finish(ended::reason why, const std::string& what, obstacle as) {
  if (std::exchange(is_over_, true))
    return;
  const auto self = shared_from_this();
  end_ = {why, what};
  if (socket_)
    std::exchange(socket_, nullptr)->drop();
  auto last = core_->leave(why, what, as);
  last.is_over.reset();
  apply(std::move(last));
  tell(end_);
  lost_signal_.cancel();
  pause_.cancel();
  event_signal_.cancel();
  wake_joiners();
}

awaitable<event> participant::worker::next_event() {
  const auto self = shared_from_this();
  for (;;) {
    if (auto one = take_event())
      co_return std::move(*one);
    if (is_over_)
      co_return event(end_);
    event_signal_.expires_at(for_ever);
    co_await event_signal_.async_wait(in_tuple);
  }
}

std::optional<event> participant::worker::take_event() {
  if (dropped_ != 0)
    return event(events_dropped{std::exchange(dropped_, 0)});
  if (events_.empty())
    return std::nullopt;
  auto one = std::move(events_.front());
  events_.pop_front();
  return one;
}

void participant::worker::on_event(std::function<void(const event&)> handler) {
  handler_ = handler ? std::make_shared<const std::function<void(const event&)>>(std::move(handler)) : nullptr;
  while (const auto now = handler_) {
    const auto one = take_event();
    if (!one)
      return;
    (*now)(*one);
  }
}

} // namespace mpac::client
