// Texts with places that are filled in.
#pragma once

#include <string>
#include <string_view>

namespace mpac::bench::swarm {

/// `text` with `by` for each `what`.
inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

} // namespace mpac::bench::swarm
