// The valid name that somebody who wrote an unknown one probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

/// How many single-character slips (insert, drop, replace, swap of neighbours) lie between two names, letter case
/// aside.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate with the fewest slips, the first of equals; empty when even that is no likely slip (over a third of
/// the name).
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

} // namespace mpac::config
