// The writer: what the hub says becomes a frame, once, for everybody who gets it (SPEC 11).
#pragma once

#include "protocol/envelope.hpp"
#include "protocol/sideband.hpp"
#include "protocol/wire/frame.hpp"

#include <string>

namespace mpac::protocol {

// All functions are thread-safe and take text as it is: it has to be UTF-8, and `json_text` has to be JSON, which holds
// for everything the decoder accepted. Absent optionals are left out and never written as null (only the sideband's
// summary has nulls). Numbers must be finite: std::logic_error otherwise.

/// The frame of one envelope, `protocol` first. An `unknown_message` without payload is written
/// with an empty one.
[[nodiscard]] frame_ptr encode(const envelope& message);

/// The frame of one sideband answer.
[[nodiscard]] frame_ptr encode(const sideband_answer& answer);

/// JSON text of what participants ask on the sideband.
[[nodiscard]] std::string to_json(const sideband_request& request);

/// JSON text, for snapshots, transcripts, the admin listener and clients.
[[nodiscard]] std::string to_json(const envelope& message);
[[nodiscard]] std::string to_json(const message_body& body); ///< the payload alone
[[nodiscard]] std::string to_json(const scope& value);
[[nodiscard]] std::string to_json(const watermark& value);
[[nodiscard]] std::string to_json(const outcome& value);
[[nodiscard]] std::string to_json(const session_overview& value);

} // namespace mpac::protocol
