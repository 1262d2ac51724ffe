#include "protocol/scope_path.hpp"

namespace mpac::protocol {

std::string normalised(std::string_view path) {
  std::string result;
  result.reserve(path.size());
  for (const char c : path)
    if (c != '/' || result.empty() || result.back() != '/')
      result.push_back(c);
  std::size_t start = 0;
  while (std::string_view(result).substr(start).starts_with("./"))
    start += 2;
  result.erase(0, start);
  if (result.ends_with('/'))
    result.pop_back();
  return result;
}

bool is_respelled(std::string_view target) {
  constexpr auto none = std::string_view::npos;
  return (target.starts_with("./") || target.find("//") != none) && target.find(':') == none;
}

std::string target_name(std::string_view target) {
  auto name = is_respelled(target) ? normalised(target) : std::string(target);
  return name.empty() ? std::string(target) : name;
}

bool same_target(std::string_view a, std::string_view b) {
  return a == b || ((is_respelled(a) || is_respelled(b)) && target_name(a) == target_name(b));
}

} // namespace mpac::protocol
