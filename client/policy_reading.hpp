// Single members of the policies in SESSION_INFO (SPEC 14.2), which are JSON to whoever only hears of them.
#pragma once

#include "protocol/json_text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::client {

/// A number of seconds, or another; nothing if the member is missing, negative or no number.
[[nodiscard]] std::optional<double> seconds_in(const protocol::json_text& object, std::string_view name);

} // namespace mpac::client
