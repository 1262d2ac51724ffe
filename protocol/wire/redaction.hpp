// Takes out of messages what is not to leave the hub (SPEC 24): the rest stays, byte for byte.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// What stands in the place of a value that is taken out, as JSON.
inline constexpr std::string_view redacted_value = "\"(redacted)\"";

/// `message`, which is JSON, with a marker for the value of each member that `paths` name ("payload.summary"), in all
/// the entries of lists on the way, and each time where a name is there twice. Empty where nothing was found.
[[nodiscard]] std::string redacted(std::string_view message, std::span<const std::string> paths);

/// The same for every member, at any depth, whose name is the last of a path: for what tells of messages in another
/// shape, as a snapshot does.
[[nodiscard]] std::string redacted_everywhere(std::string_view json, std::span<const std::string> paths);

} // namespace mpac::protocol
