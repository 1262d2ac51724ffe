// The one way to write a JSON text that signatures and digests are made of (RFC 8785; SPEC 23.1.3).
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mpac::security {

/// How deep arrays and objects may stand in each other: what the decoder lets through is not deeper.
inline constexpr std::size_t canonical_depth_limit = 128;

/// `json` as RFC 8785 writes it: no white space, members in the order of their names' UTF-16 code units, strings with
/// the fewest escapes, numbers as ECMAScript prints the nearest double. Without the top-level member `leave_out`,
/// unless that is empty; it is checked all the same.
///
/// The error says what is wrong and at which byte: no JSON, ill-formed UTF-8, a lone surrogate, a name twice in one
/// object, a number beyond the doubles, nesting over `canonical_depth_limit`. Thread-safe, pure.
[[nodiscard]] base::result<std::string, std::string> canonical_json(std::string_view json,
                                                                    std::string_view leave_out = {});

/// The canonical text without one member, and that member's value.
struct canonical_parts {
  std::string text;
  std::string left_out; ///< canonical too; empty: there was no such member
};

/// The same in one pass, for whoever needs what was left out as well. `leave_out` is not empty.
[[nodiscard]] base::result<canonical_parts, std::string> canonical_without(std::string_view json,
                                                                           std::string_view leave_out);

} // namespace mpac::security
