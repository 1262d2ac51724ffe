#include "cluster/session_path.hpp"

#include "base/percent_encoding.hpp"

#include <algorithm>
#include <utility>

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
  auto name = base::percent_decoded(target);
  if (!name || !is_session_name(*name))
    return std::nullopt;
  return protocol::session_id(std::move(*name));
}

} // namespace mpac::cluster
