// What a half-typed line may go on with.
#pragma once

#include "client/session_view.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::join {

struct candidates {
  std::size_t begin = 0;          ///< where the word that is completed begins in the text
  std::vector<std::string> words; ///< whole words, quoted where they have to be, sorted
  bool is_unfinished = false;     ///< more may follow without a space: a folder

  /// What all of them begin with.
  [[nodiscard]] std::string common() const;
};

/// What is known beside the view.
struct known_names {
  std::vector<std::string> claims; ///< that wait to be judged
};

/// For the text up to the cursor. Names of others that hold control characters are not offered.
[[nodiscard]] candidates candidates_for(std::string_view text, const client::session_view& of, const known_names& more);

} // namespace mpac::tools::join
