#include "client/mcp/bridge.hpp"

#include "client/mcp/event_telling.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mpac::client::mcp {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_remembered = 64 * 1024 * 1024;
constexpr std::size_t mark_length = 8;

} // namespace

bridge::bridge(asio::any_io_executor on, options how, base::duration patience,
               std::function<void(std::string_view)> log)
    : on_(on), presence_(std::make_shared<presence>(on, std::move(how), patience, std::move(log))),
      events_(participant::fresh_id().substr(0, mark_length)) {}

void bridge::begin() {
  presence_->on_event([of = weak_from_this()](const event& what) {
    if (const auto self = of.lock())
      self->hear(what);
  });
  presence_->begin();
}

void bridge::hear(const event& what) {
  if (auto known = told(what)) {
    events_.add(std::move(*known));
    wake();
  }
  if (handler_)
    handler_(what);
}

void bridge::wake() {
  for (const auto& each : std::exchange(waiters_, {}))
    each->cancel();
}

awaitable<void> bridge::until_something_happens(clock::time_point until) {
  const auto self = shared_from_this();
  const auto mine = std::make_shared<asio::steady_timer>(on_, until);
  waiters_.push_back(mine);
  co_await mine->async_wait(in_tuple);
  std::erase(waiters_, mine);
}

attempt<protocol::session_overview> bridge::look() {
  return ask<protocol::session_overview>(repeat::freely, [](participant& by) { return by.overview(); });
}

attempt<protocol::file_list_response> bridge::list_files() {
  return ask<protocol::file_list_response>(repeat::freely, [](participant& by) { return by.list_files(); });
}

attempt<protocol::file_content> bridge::read_file(std::string path) {
  const auto self = shared_from_this();
  const auto asking = [&path](participant& by) { return by.read_file(path); };
  auto read = co_await ask<protocol::file_content>(repeat::freely, asking);
  if (read) {
    if (const auto old = read_.find(path); old != read_.end()) {
      remembered_ -= old->second.content.size();
      read_.erase(old);
    }
    if (remembered_ + read->content.size() <= most_remembered) {
      remembered_ += read->content.size();
      read_.insert_or_assign(path, *read);
    }
  }
  co_return read;
}

attempt<protocol::file_content> bridge::read_file(protocol::listed_file listed) {
  const auto self = shared_from_this();
  const auto known = read_.find(listed.path);
  if (known != read_.end() && known->second.state_ref == listed.state_ref)
    co_return known->second;
  auto read = co_await read_file(std::move(listed.path));
  co_return read;
}

attempt<std::shared_ptr<pending_claim>> bridge::claim(protocol::intent_claim what) {
  const auto self = shared_from_this();
  const auto task = what.original_intent_id;
  if (const auto known = claims_.find(task); known != claims_.end())
    co_return known->second;
  auto here = co_await presence_->ready();
  if (!here)
    co_return base::fail(trouble{std::move(here.error())});
  auto made = std::make_shared<pending_claim>();
  if (what.new_intent_id.empty())
    what.new_intent_id = protocol::intent_id(participant::fresh_id("intent-"));
  made->new_task = what.new_intent_id;
  claims_[task] = made;
  asio::co_spawn(
      on_,
      [self, by = *here, made, what = std::move(what)]() -> awaitable<void> {
        auto outcome = co_await by->claim(what);
        made->outcome.emplace(std::move(outcome));
        self->wake();
      },
      asio::detached);
  co_return made;
}

} // namespace mpac::client::mcp
