#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <numeric>

namespace mpac::tests {

std::vector<std::size_t> shrink(std::size_t all, std::size_t attempts,
                                const std::function<bool(const std::vector<std::size_t>&)>& fails) {
  std::vector<std::size_t> kept(all);
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  for (auto piece = std::max<std::size_t>(kept.size() / 2, 1);; piece = std::max<std::size_t>(piece / 2, 1)) {
    bool is_shorter = false;
    // From the end: what comes last is needed least often for what failed before.
    for (auto end = kept.size(); end > 0 && attempts > 0;) {
      const auto begin = end - std::min(end, piece);
      std::vector<std::size_t> fewer(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(begin));
      fewer.insert(fewer.end(), kept.begin() + static_cast<std::ptrdiff_t>(end), kept.end());
      --attempts;
      if (fails(fewer)) {
        kept = std::move(fewer);
        is_shorter = true;
      }
      end = begin;
    }
    if (attempts == 0 || (piece == 1 && !is_shorter))
      return kept;
  }
}

} // namespace mpac::tests
