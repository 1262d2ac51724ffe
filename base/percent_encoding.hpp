// Text in URIs: what has a meaning there, or is no letter, is written as percent signs and digits (RFC 3986 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpac::base {

/// Letters and digits of ASCII, `-._~` and what is in `also_plain` stand for themselves.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view also_plain = {});

/// Nothing where two digits are missing behind a percent sign. What it holds is not looked at: there may be anything.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

} // namespace mpac::base
