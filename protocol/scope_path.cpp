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

} // namespace mpac::protocol
