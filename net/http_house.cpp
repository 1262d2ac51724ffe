#include "net/http_house.hpp"

#include "base/percent_encoding.hpp"

#include <algorithm>

namespace mpac::net {

namespace {

enum class plus { is_space, is_plus };

std::optional<std::string> decode(std::string_view part, plus sign) {
  std::string text(part);
  if (sign == plus::is_space)
    std::ranges::replace(text, '+', ' ');
  return base::percent_decoded(text);
}

/// Calls `take` with each part between separators; stops when it says no.
template <class Take>
bool each_part(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (!take(text.substr(0, end)))
      return false;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return true;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string json_text(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (byte < 0x20)
      quoted.append("\\u00").append({hex[byte >> 4], hex[byte & 15]});
    else
      quoted += c;
  }
  return quoted += '"';
}

} // namespace

std::optional<http_target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/')
    return std::nullopt;
  http_target parsed;
  const auto question = target.find('?');
  parsed.path = target.substr(0, question);
  const bool path_is_sound = each_part(std::string_view(parsed.path).substr(1), '/', [&](std::string_view part) {
    auto plain = decode(part, plus::is_plus);
    if (plain)
      parsed.segments.push_back(*std::move(plain));
    return plain.has_value();
  });
  if (!path_is_sound)
    return std::nullopt;
  if (question == std::string_view::npos)
    return parsed;
  const bool query_is_sound = each_part(target.substr(question + 1), '&', [&](std::string_view part) {
    const auto equals = part.find('=');
    auto name = decode(part.substr(0, equals), plus::is_space);
    auto value = decode(equals == std::string_view::npos ? "" : part.substr(equals + 1), plus::is_space);
    if (name && value)
      parsed.query.emplace_back(*std::move(name), *std::move(value));
    return name && value;
  });
  if (!query_is_sound)
    return std::nullopt;
  return parsed;
}

std::string_view http_request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& each) { return same_name(each.first, name); });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::string_view> http_request::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(target.query, [&](const auto& each) { return each.first == name; });
  if (found == target.query.end())
    return std::nullopt;
  return found->second;
}

http_answer http_error(unsigned status, std::string_view code, std::string_view message) {
  http_answer answer;
  answer.status = status;
  answer.body = "{\"error\":{\"code\":" + json_text(code) + ",\"message\":" + json_text(message) + "}}\n";
  return answer;
}

} // namespace mpac::net
