#include "client/mcp/server.hpp"

#include "client/mcp/server_methods.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace mpac::client::mcp {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view meta_revision = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view meta_capabilities = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view meta_server = "io.modelcontextprotocol/serverInfo";

rpc_error unsupported(std::string_view wanted) {
  json::array supported;
  for (auto row = revisions().rbegin(); row != revisions().rend(); ++row)
    supported.emplace_back(row->word);
  return {error_number::unsupported_protocol_version, "Unsupported protocol version",
          json::object{{"supported", std::move(supported)}, {"requested", wanted}}};
}

} // namespace

struct server::batch {
  std::size_t missing = 0;
  json::array answers;
};

server::server(asio::any_io_executor on, std::shared_ptr<bridge> in, std::string version,
               std::function<void(std::string, line_kind)> say)
    : on_(on), in_(std::move(in)), version_(std::move(version)), say_(std::move(say)), subscriptions_(in_->session()),
      idle_(on) {}

void server::begin() {
  in_->on_event([of = weak_from_this()](const event& what) {
    if (const auto self = of.lock())
      for (const auto& each : self->subscriptions_.notifications_of(what))
        self->say_(json::serialize(each), line_kind::notification);
  });
}

void server::hear(std::string_view line) {
  auto heard = read_line(line);
  if (heard.is_batch && !(begun_ && traits_of(*begun_).has_batches)) {
    const rpc_error why{error_number::invalid_request,
                        "batches are of revision 2025-03-26 alone: send each message on a line of its own"};
    reply(error_response(nullptr, why), nullptr);
    return;
  }
  std::shared_ptr<batch> with;
  if (heard.is_batch) {
    with = std::make_shared<batch>();
    with->missing = heard.messages.size();
  }
  for (auto& each : heard.messages) {
    if (auto* said = std::get_if<call>(&each))
      hear(std::move(*said), with);
    else if (const auto* wrong = std::get_if<misuse>(&each))
      reply(error_response(wrong->id.value_or(nullptr), wrong->why), with);
    else
      reply(std::nullopt, with);
  }
}

void server::refuse_long_line(std::size_t longest) {
  const rpc_error why{error_number::invalid_request,
                      "a line is longer than " + std::to_string(longest) + " bytes; it was not read"};
  reply(error_response(nullptr, why), nullptr);
}

void server::hear(call said, const std::shared_ptr<batch>& with) {
  if (!said.id) {
    notice(said);
    return reply(std::nullopt, with);
  }
  if (const auto why = objection_to(said, with))
    return reply(error_response(*said.id, *why), with);
  auto by = std::make_shared<open_call>();
  open_.emplace(json::serialize(*said.id), by);
  ++worked_on_;
  asio::co_spawn(
      on_,
      [self = shared_from_this(), said = std::move(said), with, by = std::move(by)]() mutable {
        return self->answer(std::move(said), std::move(with), std::move(by));
      },
      asio::detached);
}

std::optional<rpc_error> server::objection_to(const call& said, const std::shared_ptr<batch>& with) const {
  if (with && said.method == "initialize")
    return rpc_error{error_number::invalid_request, "initialize must not be in a batch"};
  if (open_.contains(json::serialize(*said.id)))
    return rpc_error{error_number::invalid_request, "a request with this id is not answered yet"};
  if (worked_on_ >= most_open && said.method != "ping")
    return rpc_error{error_number::too_many_requests,
                     std::to_string(worked_on_) + " requests are not answered yet, and no more are taken: wait for "
                                                  "answers, or cancel some"};
  return std::nullopt;
}

/// Notifications are never answered; those that make no sense are passed over.
void server::notice(const call& said) {
  if (said.method != "notifications/cancelled")
    return;
  const auto* id = said.params.if_contains("requestId");
  if (!id || subscriptions_.close(*id))
    return;
  // What was asked of the hub can't be taken back; but nothing more is begun for it, nor waited for.
  const auto found = open_.extract(json::serialize(*id));
  if (found.empty())
    return;
  found.mapped()->is_cancelled = true;
  in_->wake();
  if (open_.empty())
    idle_.cancel();
}

base::result<revision, rpc_error> server::revision_for(const call& said) const {
  const auto* meta = object_of(said.params, "_meta");
  const auto* wanted = meta ? meta->if_contains(meta_revision) : nullptr;
  if (said.method == "initialize" || !wanted) {
    if (begun_ || said.method == "initialize" || said.method == "ping")
      return begun_.value_or(newest_with_handshake);
    return base::fail(rpc_error{error_number::invalid_request,
                                "say initialize first, or name the protocol version in the _meta of each request"});
  }
  const auto word = wanted->is_string() ? std::string_view(wanted->as_string()) : std::string_view();
  const auto known = revision_of(word);
  if (!known || traits_of(*known).has_handshake)
    return base::fail(unsupported(word));
  if (!object_of(*meta, meta_capabilities))
    return base::fail(
        rpc_error{error_number::invalid_params, "_meta lacks the object " + std::string(meta_capabilities)});
  return *known;
}

awaitable<void> server::answer(call said, std::shared_ptr<batch> with, std::shared_ptr<open_call> by) {
  const auto self = shared_from_this();
  const auto key = json::serialize(*said.id);
  std::optional<json::object> answer;
  if (!by->is_cancelled)
    answer = co_await answered(std::move(said), by);
  --worked_on_;
  if (by->is_cancelled)
    answer.reset(); // its id may be another call's by now
  else
    open_.erase(key);
  reply(std::move(answer), with);
  if (open_.empty())
    idle_.cancel();
}

/// Nothing where there is no answer: a stream has been opened.
awaitable<std::optional<json::object>> server::answered(call said, std::shared_ptr<const open_call> by) {
  const auto id = *said.id;
  std::optional<json::object> answer;
  const auto of = revision_for(said);
  const auto* what = find_method(said.method);
  if (!of) {
    answer = error_response(id, of.error());
  } else if (!what || !(traits_of(*of).has_handshake ? what->with_handshake : what->without_handshake)) {
    answer = error_response(id, {error_number::method_not_found, "Method not found: " + said.method});
  } else if (!what->act) {
    const request opening{*of, std::move(said.params), id, by};
    if (const auto opened = listen(opening); !opened)
      answer = error_response(id, opened.error());
  } else {
    auto result = co_await act(said, *of, *what, by);
    answer = result ? response(id, finished(std::move(*result), *of, *what)) : error_response(id, result.error());
  }
  co_return answer;
}

awaitable<server::outcome> server::act(call& said, revision of, const method& what,
                                       std::shared_ptr<const open_call> by) {
  request asked{of, std::move(said.params), *said.id, std::move(by)};
  const char* failed = nullptr;
  std::string why;
  try {
    auto result = co_await (this->*what.act)(std::move(asked));
    co_return result;
  } catch (const std::exception& mistake) {
    failed = "internal error: ";
    why = mistake.what();
  }
  co_return base::fail(rpc_error{error_number::internal_error, failed + why});
}

json::object server::finished(json::object result, revision of, const method& what) const {
  if (traits_of(of).has_handshake)
    return result;
  result["resultType"] = "complete";
  result["_meta"] = json::object{{meta_server, identity(of)}};
  if (what.fresh_ms >= 0) {
    result["ttlMs"] = what.fresh_ms;
    result["cacheScope"] = what.fresh_ms > 0 ? "public" : "private";
  }
  return result;
}

void server::reply(std::optional<json::object> with, const std::shared_ptr<batch>& in) {
  if (!in) {
    if (with)
      say_(json::serialize(*with), line_kind::answer);
    return;
  }
  if (with)
    in->answers.push_back(std::move(*with));
  if (--in->missing == 0 && !in->answers.empty())
    say_(json::serialize(in->answers), line_kind::answer);
}

awaitable<void> server::settled(asio::steady_timer::time_point until) {
  const auto self = shared_from_this();
  while (!open_.empty() && asio::steady_timer::clock_type::now() < until) {
    idle_.expires_at(until);
    co_await idle_.async_wait(in_tuple);
  }
}

void server::close() {
  for (const auto& each : subscriptions_.close_all()) {
    json::object result{{"resultType", "complete"}, {"_meta", meta_of_stream(each.id)}};
    say_(json::serialize(response(each.id, std::move(result))), line_kind::answer);
  }
}

} // namespace mpac::client::mcp
