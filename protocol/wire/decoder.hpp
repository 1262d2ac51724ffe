// The letter opener: one frame's text becomes an envelope (SPEC 11, 13.1), a sideband request, or a refusal.
#pragma once

#include "base/result.hpp"
#include "protocol/envelope.hpp"
#include "protocol/refusal.hpp"
#include "protocol/sideband.hpp"
#include "protocol/wire/frame.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <variant>

namespace mpac::protocol {

/// How much of the specification is demanded (`session.strict`).
enum class strictness {
  lenient, ///< what existing clients leave out or send as null may be missing; everything the hub acts on is checked
  strict,  ///< every field the specification demands, no null in its place, no word outside a closed list
};

/// What one frame can hold.
using inbound = std::variant<envelope, file_list_request, file_read_request, session_summary_request>;

/// The same of what the hub says: a participant's side of it.
using outbound =
    std::variant<envelope, file_list_response, file_content, file_error, file_updated, session_summary_response>;

/// Objects and arrays may be nested this deep; the message is the first level. (An empty one inside the last is let
/// be.)
inline constexpr std::size_t depth_limit = 64;

/// Identifiers may be this long, in bytes.
inline constexpr std::size_t id_limit = 256;

/// Reads frames. Keeps its parser's memory from one frame to the next, so each thread has a decoder of its own:
/// not thread-safe.
class decoder {
public:
  decoder();
  ~decoder();
  decoder(decoder&&) noexcept;
  decoder& operator=(decoder&&) noexcept;

  /// Reads one frame in place. The whole of it is checked to be JSON, so what is accepted may be relayed as it came.
  ///
  /// Refused with MALFORMED_MESSAGE: text that is not one JSON object in UTF-8, a name twice in one object, an escaped
  /// lone surrogate, nesting over `depth_limit`, a missing field, a wrong type or a value out of range. The description
  /// names the place (`payload.scope.resources[2]`) and what was found there. Refused with VERSION_MISMATCH: a version
  /// that is not 0.1.x. `refers_to` is set wherever a usable message_id could be read. Unknown fields are let through;
  /// an unknown message_type becomes `unknown_message`.
  [[nodiscard]] base::result<inbound, refusal> decode(const frame_ptr& frame, strictness how);

  /// The same for text that is not in a frame, which costs a copy.
  [[nodiscard]] base::result<inbound, refusal> decode(std::string_view text, strictness how);

  /// Reads what a hub says to its participants, leniently, for hubs differ. What is wrong with it is told in the same
  /// way; the refusal is for a log, and sent to nobody.
  [[nodiscard]] base::result<outbound, refusal> decode_told(std::string_view text);

private:
  struct parser;
  std::unique_ptr<parser> parser_;
};

} // namespace mpac::protocol
