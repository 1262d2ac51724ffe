// Paths as scopes compare them (SPEC 15.2.1.1), and the targets of operations.
#pragma once

#include <string>
#include <string_view>

namespace mpac::protocol {

/// The path as it is compared, byte by byte: runs of `/` become one, then every leading `./` is dropped, then a
/// trailing
/// `/`. Segments inside stay as they are, `..` too; a path of nothing but these becomes empty (O-075).
[[nodiscard]] std::string normalised(std::string_view path);

/// Whether a target looks like a path that is spelled otherwise than it is compared: it begins with `./`, or has a run
/// of
/// `/`. What holds a colon is a URI, and other names (of tasks, entities) are exact.
[[nodiscard]] bool is_respelled(std::string_view target);

/// The name that all spellings of a target have in common.
[[nodiscard]] std::string target_name(std::string_view target);

/// Whether two operations are about the same.
[[nodiscard]] bool same_target(std::string_view a, std::string_view b);

} // namespace mpac::protocol
