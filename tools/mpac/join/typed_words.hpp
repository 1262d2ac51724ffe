// A line that was typed, taken apart into words as a shell does it.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::join {

/// Words stand between spaces. 'Single' quotes keep everything, "double" ones all but \" and \\, and a backslash keeps
/// the letter behind it. The error is a sentence.
[[nodiscard]] base::result<std::vector<std::string>, std::string> words_in(std::string_view line);

/// The word that is being typed at the end of a text, and those before it. Quotes may still be open.
struct half_typed {
  std::vector<std::string> before;
  std::string word;      ///< without its quotes
  std::size_t begin = 0; ///< where it begins in the text, quotes included
};

[[nodiscard]] half_typed half_typed_in(std::string_view text);

/// The word so that `words_in` reads it as one again.
[[nodiscard]] std::string as_typed(std::string_view word);

} // namespace mpac::tools::join
