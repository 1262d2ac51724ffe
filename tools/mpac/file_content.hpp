// The files that options name: certificates, credentials and the like.
#pragma once

#include <optional>
#include <string>

namespace mpac::tools {

/// All of it, as it is; nothing where it can't be opened.
[[nodiscard]] std::optional<std::string> content_of(const std::string& file);

} // namespace mpac::tools
