// A place in a JSON document, kept on the stack while reading and only put into words when something is wrong there.
#pragma once

#include "protocol/wire/raw_json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// A member of the object, or an entry of the array, that `outer` is the place of; the whole document without one.
struct json_place {
  const json_place* outer = nullptr;
  std::string_view name;
  std::optional<std::size_t> index; ///< set for entries of arrays

  /// `payload.scope.resources[2]`; `message` for the whole document. Long or odd names are quoted and shortened.
  [[nodiscard]] std::string text() const;

  /// Where its value stands in the document's text; always the same one.
  [[nodiscard]] std::optional<raw_json::range> find_in(std::string_view document) const;

  mutable std::optional<raw_json::range> found = std::nullopt; ///< by find_in, which several inside may ask for
};

/// Text of a stranger for a description: quoted, at most some sixty bytes, control characters replaced.
[[nodiscard]] std::string in_quotes(std::string_view text);

} // namespace mpac::protocol
