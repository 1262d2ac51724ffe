// Finds a word in what the hub says, without a parser.
#pragma once

#include <string_view>

namespace mpac::bench::swarm {

/// The text of the first member called `key` (with its quotation marks) that is a string; the hub writes such values
/// without escapes. Empty when there is none.
inline std::string_view json_word(std::string_view json, std::string_view key) {
  auto at = json.find(key);
  if (at == std::string_view::npos)
    return {};
  at = json.find_first_not_of(": ", at + key.size());
  if (at == std::string_view::npos || json[at] != '"')
    return {};
  const auto end = json.find('"', at + 1);
  return end == std::string_view::npos ? std::string_view{} : json.substr(at + 1, end - at - 1);
}

} // namespace mpac::bench::swarm
