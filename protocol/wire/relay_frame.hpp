// What the hub relays of a participant's message (SPEC 11, O-002): the sender's own bytes, but for the one cut or
// addition.
#pragma once

#include "protocol/wire/frame.hpp"

#include <string_view>

namespace mpac::protocol {

// Both functions want a frame the decoder has accepted; of any other text they make no sense of, and hand it back.

/// The frame to relay for an OP_COMMIT: its own bytes without the payload's `file_changes`, or the very same frame when
/// there are none. File contents travel on the sideband only.
[[nodiscard]] frame_ptr relay_frame(const frame_ptr& frame);

/// The frame with one more member at the end of the object `object` (a member of the message, such as `payload`), all
/// other bytes as they were. `json` is the member's value as JSON text. A member of that name is replaced, which is how
/// a null one gets its value.
[[nodiscard]] frame_ptr with_member(const frame_ptr& frame, std::string_view object, std::string_view name,
                                    std::string_view json);

} // namespace mpac::protocol
