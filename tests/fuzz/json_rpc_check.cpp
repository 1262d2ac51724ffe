#include "tests/fuzz/json_rpc_check.hpp"

#include "client/mcp/json_rpc.hpp"
#include "client/mcp/quoting.hpp"

#include <algorithm>
#include <string>

namespace mpac::tests {

using namespace client::mcp;

namespace {

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == line.npos;
}

const char* broken_by_answer(const json::object& answer) {
  const auto text = json::serialize(answer);
  if (!is_one_line(text))
    return "an answer is one line";
  const auto read = read_line(text);
  const bool is_response = read.messages.size() == 1 &&
                           (std::holds_alternative<stray_response>(read.messages[0]) || answer.at("id").is_null());
  return is_response ? nullptr : "an answer is a response";
}

const char* broken_by_call(const call& said) {
  json::object again{{"jsonrpc", "2.0"}, {"method", said.method}, {"params", said.params}};
  if (said.id)
    again["id"] = *said.id;
  const auto read = read_line(json::serialize(again));
  const auto* same = read.messages.size() == 1 ? std::get_if<call>(&read.messages[0]) : nullptr;
  if (!same || same->id != said.id || same->method != said.method || same->params != said.params)
    return "a call that is written again is the same";
  if (said.id)
    return broken_by_answer(response(*said.id, said.params));
  return nullptr;
}

const char* broken_by_quoting(std::string_view text) {
  const auto shown = in_quotes(text, text.size() + 1);
  if (!is_one_line(shown) || !shown.starts_with('"') || !shown.ends_with('"') || shown.size() < 2)
    return "a quotation is one line in quotation marks";
  json::error_code failed;
  const auto read = json::parse(shown, failed);
  return !failed && read.is_string() ? nullptr : "a quotation is a JSON string";
}

} // namespace

const char* broken_by_line(std::string_view line) {
  const auto heard = read_line(line);
  if (heard.messages.empty() != is_blank(line))
    return "all but a blank line says something";
  for (const auto& each : heard.messages) {
    const char* broken = nullptr;
    if (const auto* said = std::get_if<call>(&each))
      broken = broken_by_call(*said);
    else if (const auto* wrong = std::get_if<misuse>(&each))
      broken = wrong->why.message.empty() ? "a refusal says something"
                                          : broken_by_answer(error_response(wrong->id.value_or(nullptr), wrong->why));
    if (broken)
      return broken;
  }
  return broken_by_quoting(line);
}

} // namespace mpac::tests
