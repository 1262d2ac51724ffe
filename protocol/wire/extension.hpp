// Members of our own in the messages of others (SPEC 21.1, 21.3), read from the frame as it came.
#pragma once

#include "protocol/json_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// The member `name` of a message's `payload.extensions`, or else of its envelope's; nothing if it is in neither.
/// `message` is JSON that has been checked.
[[nodiscard]] std::optional<json_text> extension_in(std::string_view message, std::string_view name);

// Members of such an extension; nothing if the member is missing or of another type.

[[nodiscard]] std::optional<std::string> text_in(const json_text& object, std::string_view name);
/// A whole number from 0 on.
[[nodiscard]] std::optional<std::uint64_t> number_in(const json_text& object, std::string_view name);

/// The `message_id` of a message; empty for what is none.
[[nodiscard]] std::string message_id_in(std::string_view message);

} // namespace mpac::protocol
