// How state references are written (SPEC 13.1 `state_ref_format`, 16.3).
#pragma once

#include <optional>
#include <string_view>

namespace mpac::protocol {

/// The reference of a target that does not exist, in every format (O-107).
inline constexpr std::string_view absent_state_ref = "absent";

/// How references of a format look, if `ref` does not look so; static text. `sha256`: `sha256:` and a name of the
/// content. `git_hash`: 7 to 64 hexadecimal digits. `monotonic_version`: a decimal number. Every other format: text
/// without blanks. Empty text stands for `absent`, as existing clients write it.
[[nodiscard]] std::optional<std::string_view> expected_state_ref(std::string_view ref, std::string_view format);

} // namespace mpac::protocol
