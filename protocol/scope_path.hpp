// Paths as scopes compare them (SPEC 15.2.1.1).
#pragma once

#include <string>
#include <string_view>

namespace mpac::protocol {

/// The path as it is compared, byte by byte: runs of `/` become one, then every leading `./` is dropped, then a
/// trailing
/// `/`. Segments inside stay as they are, `..` too; a path of nothing but these becomes empty (O-075).
[[nodiscard]] std::string normalised(std::string_view path);

} // namespace mpac::protocol
