// What a change changes, line by line, for people to look at.
#pragma once

#include <string>
#include <string_view>

namespace mpac::client::agent {

/// The unified format of diff(1), with its header, as patch(1) reads it; empty if nothing changes. The lines are the
/// files' own, control characters and all: whoever shows them on a terminal makes them harmless.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before, std::string_view after);

} // namespace mpac::client::agent
