#include "cluster/session_path.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace mpac::cluster {

bool is_session_name(std::string_view text) {
  constexpr std::size_t longest = 128;
  constexpr std::string_view signs = "._~:@-";
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           signs.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), fits);
}

std::optional<protocol::session_id> session_of_path(std::string_view target) {
  constexpr std::string_view prefix = "/session/";
  if (!target.starts_with(prefix))
    return std::nullopt;
  target.remove_prefix(prefix.size());
  target = target.substr(0, target.find_first_of("/?#"));
  std::string name;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (target[i] != '%') {
      name += target[i];
      continue;
    }
    unsigned char byte = 0;
    const auto digits = target.substr(i + 1, 2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || read.ptr != digits.data() + 2)
      return std::nullopt;
    name += static_cast<char>(byte);
    i += 2;
  }
  if (!is_session_name(name))
    return std::nullopt;
  return protocol::session_id(std::move(name));
}

} // namespace mpac::cluster
