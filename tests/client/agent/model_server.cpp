#include "tests/client/agent/model_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

namespace mpac::client::agent::tests {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;
using mpac::tests::find;
using mpac::tests::json_value;
using mpac::tests::text_at;

namespace {

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
constexpr const char* request_number = "req_011CSHoEeqs5C35K2UUqR7Fy";

std::string quoted(const std::string& text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

spoken refused(std::string why) {
  return spoken::failure(400, "invalid_request_error", std::move(why));
}

std::string error_body(const spoken& what) {
  return R"({"type":"error","error":{"type":)" + quoted(what.error_type) + R"(,"message":)" +
         quoted(what.error_message) + (what.error_details.empty() ? "" : R"(,"details":)" + what.error_details) +
         R"(},"request_id":")" + request_number + "\"}";
}

std::string stop_reason_of(const spoken& what, bool is_tool) {
  return !what.stop_reason.empty() ? what.stop_reason : is_tool ? "tool_use" : "end_turn";
}

std::string whole_message(const spoken& what, const heard_question& to) {
  const bool is_tool = !to.form.empty() && !what.object.empty();
  const auto text = what.object.empty() || is_tool ? what.text : what.object;
  std::string content;
  if (!text.empty())
    content = R"({"type":"text","text":)" + quoted(text) + "}";
  if (is_tool)
    content += (content.empty() ? "" : ",") + std::string(R"({"type":"tool_use","id":"toolu_01A","name":)") +
               quoted(to.form) + R"(,"input":)" + what.object + "}";
  return R"({"id":"msg_01A","type":"message","role":"assistant","model":"claude-test-1","content":[)" + content +
         R"(],"stop_reason":")" + stop_reason_of(what, is_tool) +
         R"(","stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":3,)"
         R"("cache_read_input_tokens":4,"output_tokens":15,"service_tier":"standard"}})";
}

std::string event(const std::string& name, const std::string& data) {
  return "event: " + name + "\ndata: " + data + "\n\n";
}

/// The pieces cut anywhere, through characters and escapes too, as the API's are.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> made;
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = std::min(text.size(), at + 11);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
      ++end; // events are UTF-8, each
    made.push_back(text.substr(at, end - at));
    at = end;
  }
  return made;
}

std::string streamed_message(const spoken& what, const heard_question& to) {
  const bool is_tool = !to.form.empty() && !what.object.empty();
  const auto text = what.object.empty() || is_tool ? what.text : what.object;
  auto all = event("message_start",
                   R"({"type":"message_start","message":{"id":"msg_01A","type":"message","role":"assistant",)"
                   R"("content":[],"model":"claude-test-1","stop_reason":null,"stop_sequence":null,)"
                   R"("usage":{"input_tokens":25,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,)"
                   R"("output_tokens":1}}})");
  int index = 0;
  const auto block = [&](const std::string& begin, const std::string& kind, const std::string& member,
                         const std::string& content) {
    const auto at = R"("index":)" + std::to_string(index++);
    all +=
        event("content_block_start", R"({"type":"content_block_start",)" + at + R"(,"content_block":)" + begin + "}");
    all += event("ping", R"({"type":"ping"})");
    for (const auto& piece : pieces(content))
      all += event("content_block_delta", R"({"type":"content_block_delta",)" + at + R"(,"delta":{"type":")" + kind +
                                              R"(",")" + member + R"(":)" + quoted(piece) + "}}");
    if (what.event_error)
      all += event("error",
                   R"({"type":"error","error":{"type":)" + quoted(*what.event_error) + R"(,"message":"Overloaded"}})");
    all += event("content_block_stop", R"({"type":"content_block_stop",)" + at + "}");
  };
  if (!text.empty())
    block(R"({"type":"text","text":""})", "text_delta", "text", text);
  if (is_tool)
    block(R"({"type":"tool_use","id":"toolu_01A","name":)" + quoted(to.form) + R"(,"input":{}})", "input_json_delta",
          "partial_json", what.object);
  all += event("message_delta", R"({"type":"message_delta","delta":{"stop_reason":")" + stop_reason_of(what, is_tool) +
                                    R"(","stop_sequence":null},"usage":{"output_tokens":15}})");
  return all + event("message_stop", R"({"type":"message_stop"})");
}

/// In chunks of an odd size, so that nothing ends where a chunk does.
std::string chunked(const std::string& body) {
  std::string made;
  for (std::size_t at = 0; at < body.size(); at += 37) {
    const auto piece = body.substr(at, 37);
    char size[8];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    made += size + piece + "\r\n";
  }
  return made + "0\r\n\r\n";
}

std::string written(const spoken& what, const heard_question& to) {
  const bool is_good = what.status == 200;
  const bool is_stream = is_good && to.streams && what.raw_body.empty();
  auto body = !what.raw_body.empty() ? what.raw_body
              : !is_good             ? error_body(what)
              : is_stream            ? streamed_message(what, to)
                                     : whole_message(what, to);
  std::string head = "HTTP/1.1 " + std::to_string(what.status) + " Whatever\r\nrequest-id: " + request_number +
                     "\r\ncontent-type: " + (is_stream ? "text/event-stream; charset=utf-8" : "application/json") +
                     "\r\nconnection: close\r\n";
  for (const auto& [name, value] : what.headers)
    head += name + ": " + value + "\r\n";
  head +=
      is_stream ? "transfer-encoding: chunked\r\n\r\n" : "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  if (is_stream)
    body = chunked(body);
  if (what.cut_after)
    body.resize(std::min(*what.cut_after, body.size()));
  return head + body;
}

/// One question of the API: a member that it does not know is an error too.
std::optional<spoken> check_body(const json_value& body, heard_question& said) {
  static const std::set<std::string> known{"model", "max_tokens",  "messages",      "system",      "stream",
                                           "tools", "tool_choice", "output_config", "temperature", "metadata"};
  if (!body.IsObject())
    return refused("the body is no object");
  for (const auto& member : body.GetObject())
    if (!known.contains(member.name.GetString()))
      return refused(std::string(member.name.GetString()) + ": Extra inputs are not permitted");
  if (text_at(body, "model").empty())
    return refused("model: Field required");
  if (const auto* most = find(body, "max_tokens"); !most || !most->IsUint() || most->GetUint() == 0)
    return refused("max_tokens: Input should be greater than or equal to 1");
  const auto* turns = find(body, "messages");
  if (!turns || !turns->IsArray() || turns->Empty())
    return refused("messages: at least one message is required");
  if (text_at((*turns)[0], "role") != "user")
    return refused("messages: first message must use the \"user\" role");
  for (const auto& turn : turns->GetArray()) {
    if (text_at(turn, "role") != "user" && text_at(turn, "role") != "assistant")
      return refused("messages.0.role: Input should be 'user' or 'assistant'");
    if (text_at(turn, "content").empty())
      return refused("messages: text content blocks must be non-empty");
    said.text = text_at(turn, "content");
  }
  if (const auto* stream = find(body, "stream"))
    said.streams = stream->IsBool() && stream->GetBool();
  if (const auto* tools = find(body, "tools")) {
    if (!tools->IsArray())
      return refused("tools: Input should be a valid list");
    for (const auto& tool : tools->GetArray()) {
      if (!std::regex_match(text_at(tool, "name"), std::regex("[a-zA-Z0-9_-]{1,64}")))
        return refused("tools.0.name: String should match pattern");
      if (text_at(tool, "input_schema.type") != "object")
        return refused("tools.0.input_schema.type: Input should be 'object'");
      if (text_at(tool, "name") == text_at(body, "tool_choice.name"))
        said.schema = mpac::tests::to_text(*find(tool, "input_schema"));
    }
  }
  if (find(body, "tool_choice")) {
    if (text_at(body, "tool_choice.type") != "tool" || said.schema.empty())
      return refused("tool_choice: no such tool");
    said.form = text_at(body, "tool_choice.name");
  }
  if (find(body, "output_config")) {
    if (text_at(body, "output_config.format.type") != "json_schema" ||
        text_at(body, "output_config.format.schema.type") != "object")
      return refused("output_config.format: Input should be a json_schema of an object");
    if (const auto* open = find(body, "output_config.format.schema.additionalProperties"); !open || !open->IsFalse())
      return refused("output_config.format.schema: For 'object' type, 'additionalProperties' must be set to false");
    said.schema = mpac::tests::to_text(*find(body, "output_config.format.schema"));
  }
  return std::nullopt;
}

} // namespace

/// What goes on while connections are open.
struct model_server::house : std::enable_shared_from_this<house> {
  house(asio::io_context& loop, model_server& whose)
      : owner(&whose), door(loop, {asio::ip::address_v4::loopback(), 0}) {}

  model_server* owner; ///< null once it has gone
  tcp::acceptor door;
  std::unique_ptr<asio::ssl::context> terms;
  std::set<beast::tcp_stream*> open;

  static awaitable<void> welcome(std::shared_ptr<house> self) {
    for (;;) {
      auto [failed, socket] = co_await self->door.async_accept(in_tuple);
      if (failed)
        co_return;
      asio::co_spawn(self->door.get_executor(), serve(self, std::move(socket)), asio::detached);
    }
  }

  static awaitable<void> serve(std::shared_ptr<house> self, tcp::socket socket) {
    if (!self->terms) {
      beast::tcp_stream stream(std::move(socket));
      co_await talk(self, stream);
      co_return;
    }
    beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *self->terms);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, in_tuple);
    if (!failed)
      co_await talk(self, stream);
  }

  template <class Stream>
  static awaitable<void> talk(std::shared_ptr<house> self, Stream& stream) {
    auto& wire = beast::get_lowest_layer(stream);
    self->open.insert(&wire);
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    const auto [failed, size] = co_await http::async_read(stream, buffer, request, in_tuple);
    if (!failed && self->owner) {
      heard_question said;
      for (const auto& field : request.base()) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        said.headers[name] = field.value();
      }
      said.body = request.body();
      // The form of the answer depends on what was asked, so it is read before.
      try {
        (void)check_body(mpac::tests::parse_json(said.body), said);
      } catch (const mpac::tests::unreadable&) {
      }
      auto answer = self->owner->answer(said, std::string(request.method_string()), std::string(request.target()));
      const auto what = co_await std::move(answer);
      if (what.is_silent) {
        char byte;
        co_await wire.async_read_some(asio::buffer(&byte, 1), in_tuple); // until the client goes
      } else {
        const auto text = written(what, said);
        co_await asio::async_write(stream, asio::buffer(text), in_tuple);
      }
    }
    self->open.erase(&wire);
    wire.close();
  }
};

model_server::model_server(asio::io_context& loop, const mpac::tests::identity* identity)
    : house_(std::make_shared<house>(loop, *this)) {
  if (identity) {
    house_->terms = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    house_->terms->use_certificate_chain(asio::buffer(identity->certificate_pem));
    house_->terms->use_private_key(asio::buffer(identity->key_pem), asio::ssl::context::pem);
  }
  asio::co_spawn(loop, house::welcome(house_), asio::detached);
}

model_server::~model_server() {
  house_->owner = nullptr;
  house_->door.close();
  for (auto* each : house_->open)
    each->close();
}

std::string model_server::url() const {
  return (house_->terms ? "https://127.0.0.1:" : "http://127.0.0.1:") +
         std::to_string(house_->door.local_endpoint().port());
}

std::optional<spoken> model_server::check(heard_question& said, const std::string& method,
                                          const std::string& target) const {
  if (target != "/v1/messages")
    return spoken::failure(404, "not_found_error", "Not found");
  if (method != "POST")
    return spoken::failure(405, "invalid_request_error", "Method Not Allowed");
  if (!said.headers.contains("x-api-key"))
    return spoken::failure(401, "authentication_error", "x-api-key header is required");
  if (said.headers["x-api-key"] != key)
    return spoken::failure(401, "authentication_error", "invalid x-api-key");
  if (said.headers["anthropic-version"] != "2023-06-01")
    return refused("anthropic-version: header is required");
  if (said.headers["content-type"] != "application/json")
    return refused("content-type: application/json is required");
  heard_question read;
  try {
    const auto body = mpac::tests::parse_json(said.body);
    if (auto wrong = check_body(body, read))
      return wrong;
  } catch (const mpac::tests::unreadable& why) {
    return refused(std::string("The request body is not valid JSON: ") + why.what());
  }
  if (!read.form.empty() && !takes_forced_tools_)
    return refused("tool_choice: type \"tool\" and \"any\" are not supported for this model.");
  return std::nullopt;
}

awaitable<spoken> model_server::answer(heard_question said, std::string method, std::string target) {
  ++requests_;
  if (auto wrong = check(said, method, target))
    co_return std::move(*wrong);
  heard_.push_back(said);
  if (!coming_.empty()) {
    auto next = std::move(coming_.front());
    coming_.pop_front();
    co_return next;
  }
  if (!mind_)
    co_return spoken::failure(500, "api_error", "nobody has told what to answer");
  auto thought = mind_(said);
  auto what = co_await std::move(thought);
  co_return what;
}

} // namespace mpac::client::agent::tests
