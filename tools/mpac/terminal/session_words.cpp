#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace mpac::tools::terminal {
namespace {

constexpr std::size_t uuid_length = 36, uuid_head = 8;
constexpr std::size_t most_entries = 3;

bool is_uuid(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (is_dash ? text[i] != '-' : !is_digit)
      return false;
  }
  return text.size() == uuid_length;
}

} // namespace

std::string short_id(std::string_view id) {
  if (id.size() < uuid_length || !is_uuid(id.substr(id.size() - uuid_length)))
    return std::string(id);
  return std::string(id.substr(0, id.size() - uuid_length + uuid_head));
}

std::string words_of(const protocol::scope& scope) {
  using protocol::scope_kind;
  const auto listed = protocol::entries(scope);
  std::string text = scope.kind == scope_kind::file_set ? "" : scope.kind_text + " ";
  if (listed.empty() && scope.expression)
    return text + *scope.expression;
  for (std::size_t i = 0; i < std::min(listed.size(), most_entries); ++i)
    text += (i ? ", " : "") + listed[i];
  if (listed.size() > most_entries)
    text += " and " + std::to_string(listed.size() - most_entries) + " more";
  return text;
}

std::string time_of_day(base::instant when) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
  const std::time_t then = seconds;
  std::tm parts{};
  localtime_r(&then, &parts);
  std::array<char, sizeof "00:00:00"> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

std::string words_of(base::duration span) {
  const auto seconds = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(span).count());
  constexpr std::int64_t minute = 60, hour = 60 * minute;
  if (seconds < minute)
    return std::to_string(seconds) + " s";
  if (seconds < hour)
    return std::to_string(seconds / minute) + " min" +
           (seconds % minute ? " " + std::to_string(seconds % minute) + " s" : "");
  return std::to_string(seconds / hour) + " h " + std::to_string(seconds % hour / minute) + " min";
}

} // namespace mpac::tools::terminal
