#include "client/mcp/json_rpc.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mpac::client::mcp {
namespace {

misuse misused(std::optional<json::value> id, error_number code, std::string why) {
  return {std::move(id), {code, std::move(why)}};
}

/// MCP allows strings and whole numbers, and unlike JSON-RPC no null.
bool is_id(const json::value& id) {
  return id.is_string() || id.is_int64() || id.is_uint64();
}

message read_message(json::value& said) {
  using enum error_number;
  auto* members = said.if_object();
  if (!members)
    return misused({}, invalid_request, "a message is a JSON object");
  // A response is never answered, whatever is wrong with it: two ends that did so would never come to an end.
  if (!members->contains("method") && (members->contains("result") || members->contains("error")))
    return stray_response{};
  const auto* id = members->if_contains("id");
  if (id && !is_id(*id))
    return misused({}, invalid_request, "id must be a string or a whole number");
  const auto named = id ? std::optional(*id) : std::nullopt;
  if (text_of(*members, "jsonrpc") != "2.0")
    return misused(named, invalid_request, "jsonrpc must be \"2.0\"");
  const auto method = text_of(*members, "method");
  if (!method)
    return misused(named, invalid_request, "method must be a string");
  auto* params = members->if_contains("params");
  const bool is_readable = !params || params->is_object();
  if (!is_readable && named) // a notification is not answered even then (JSON-RPC 2.0, 4.1)
    return misused(named, invalid_params, "params must be a JSON object");
  return call{named, std::string(*method), params && is_readable ? std::move(params->as_object()) : json::object{}};
}

/// A number beyond a double is read as infinite, which can't be written again.
bool is_finite(const json::value& said) {
  if (const auto* number = said.if_double())
    return std::isfinite(*number);
  if (const auto* list = said.if_array())
    return std::all_of(list->begin(), list->end(), is_finite);
  if (const auto* object = said.if_object())
    return std::all_of(object->begin(), object->end(), [](const auto& member) { return is_finite(member.value()); });
  return true;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == line.npos;
}

} // namespace

heard_line read_line(std::string_view line) {
  heard_line heard;
  if (is_blank(line))
    return heard;
  json::error_code failed;
  auto said = json::parse(line, failed);
  if (failed) {
    heard.messages.emplace_back(
        misused({}, error_number::parse_error, "the line can't be read as JSON: " + failed.message()));
    return heard;
  }
  if (!is_finite(said)) {
    heard.messages.emplace_back(
        misused({}, error_number::parse_error, "the line can't be read: a number in it is too large"));
    return heard;
  }
  auto* batch = said.if_array();
  if (!batch) {
    heard.messages.push_back(read_message(said));
    return heard;
  }
  if (batch->empty()) {
    heard.messages.emplace_back(misused({}, error_number::invalid_request, "a batch holds at least one message"));
    return heard;
  }
  heard.is_batch = true;
  for (auto& each : *batch)
    heard.messages.push_back(read_message(each));
  return heard;
}

json::object response(const json::value& id, json::object result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json::object error_response(const json::value& id, const rpc_error& why) {
  json::object error{{"code", static_cast<std::int32_t>(why.code)}, {"message", why.message}};
  if (why.data)
    error["data"] = *why.data;
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}};
}

json::object notification(std::string_view method, json::object params) {
  json::object said{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.empty())
    said["params"] = std::move(params);
  return said;
}

} // namespace mpac::client::mcp
