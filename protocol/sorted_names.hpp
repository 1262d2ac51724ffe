// Sets of names as scopes compare them: sorted vectors, each name once.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace mpac::protocol {

using sorted_names = std::vector<std::string>;

inline void sort_each_once(sorted_names& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

[[nodiscard]] inline sorted_names in_common(const sorted_names& a, const sorted_names& b) {
  sorted_names shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(shared));
  return shared;
}

[[nodiscard]] inline bool includes_all(const sorted_names& outer, const sorted_names& inner) {
  return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

} // namespace mpac::protocol
