// Times as the wire carries them (SPEC 11.4): RFC 3339, read into the house's own instants.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace mpac::protocol {

/// Reads an RFC 3339 date-time with `Z` or an offset, any number of fraction digits (what is finer than a microsecond
/// is cut off), or says that the text is none. A leap second counts as the first instant of the next minute.
[[nodiscard]] std::optional<base::instant> parse_timestamp(std::string_view text) noexcept;

} // namespace mpac::protocol
