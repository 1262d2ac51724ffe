// The transcript of a session as JSON (SPEC 9.6.3), in pieces, so that nobody has to hold the whole of it.
#pragma once

#include "base/clock.hpp"
#include "protocol/wire/frame.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol {

class session;

/// One message of a transcript, with what puts it into order.
struct transcript_entry {
  std::uint64_t sequence = 0; ///< the decision it belongs to
  frame_ptr frame;            ///< as it was said; HELLO with its credential redacted
  std::uint64_t lamport = 0;  ///< filled in by `sort_transcript`, like the next two
  std::string principal_id;
  std::string sender_instance_id;
};

/// Puts messages, given in the order the hub dealt with them, into the order of their Lamport values, then of
/// principal_id and sender_instance_id (SPEC 9.6.3), then as they were. A message without a readable value stands at
/// the highest value that the hub had seen when it came (O-049).
void sort_transcript(std::vector<transcript_entry>& entries);

/// The object up to the bracket that opens `messages`.
[[nodiscard]] std::string transcript_head(const session& facts, base::instant now);
/// One message, byte for byte as it was said, with the comma that parts it from the one before.
[[nodiscard]] std::string transcript_message(const transcript_entry& entry, bool is_first);
/// The rest: `message_sequences` (the hub's sequence number of each message, O-049), and `final_snapshot`, which is the
/// JSON text given.
[[nodiscard]] std::string transcript_tail(const std::vector<std::uint64_t>& sequences, std::string_view final_snapshot);

} // namespace mpac::protocol
