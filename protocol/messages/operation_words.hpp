// The words of the operation layer (SPEC 16.8): what each list says on the wire.
#pragma once

#include "protocol/word.hpp"

#include <array>

namespace mpac::protocol {

/// SPEC 16.8.
enum class atomicity { all_or_nothing, best_effort };

template <>
struct word_list<atomicity> {
  using enum atomicity;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<atomicity>>({
      {all_or_nothing, "all_or_nothing"},
      {best_effort, "best_effort"},
  });
};

} // namespace mpac::protocol
