#include "config/node.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>

namespace mpac::config {
namespace {

constexpr int deepest = 16;
// Iterative: a body of a million brackets must not become a million stack frames.
constexpr unsigned flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;

std::string text_of(const rapidjson::Value& from) {
  return {from.GetString(), from.GetStringLength()};
}

node converted(const rapidjson::Value& from, const origin& where, int depth) {
  node to;
  to.where = where;
  if (depth > deepest) {
    to.value = node::foreign{"nested too deeply"};
  } else if (from.IsObject()) {
    node::table members;
    for (const auto& each : from.GetObject())
      members.push_back({text_of(each.name), converted(each.value, where, depth + 1), where});
    to.value = std::move(members);
  } else if (from.IsArray()) {
    node::list values;
    for (const auto& each : from.GetArray())
      values.push_back(converted(each, where, depth + 1));
    to.value = std::move(values);
  } else if (from.IsBool()) {
    to.value = from.GetBool();
  } else if (from.IsInt64()) {
    to.value = from.GetInt64();
  } else if (from.IsNumber()) {
    to.value = from.GetDouble();
  } else if (from.IsString()) {
    to.value = text_of(from);
  } else {
    to.value = node::foreign{"null"};
  }
  return to;
}

origin at_offset(const origin& source, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  origin where = source;
  where.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const auto line_start = before.rfind('\n');
  where.column = static_cast<int>(before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1)) + 1;
  return where;
}

} // namespace

base::result<node, problem> parse_json(std::string_view text, const origin& where) {
  rapidjson::Document document;
  document.Parse<flags>(text.data(), text.size());
  if (document.HasParseError())
    return base::fail(problem{at_offset(where, text, document.GetErrorOffset()), "",
                              rapidjson::GetParseError_En(document.GetParseError()), ""});
  if (!document.IsObject())
    return base::fail(problem{where, "", "must be a JSON object", ""});
  return converted(document, where, 0);
}

} // namespace mpac::config
