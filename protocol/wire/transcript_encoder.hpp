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
  std::string note{}; ///< whatever goes with it
};

/// Finds the places of messages that come one by one, in the order in which the hub dealt with them: after their
/// Lamport values, then principal_id and sender_instance_id (SPEC 9.6.3), then as they came. A message without a
/// readable value stands at the highest value that the hub had seen when it came (O-049).
class transcript_order {
public:
  /// Fills in what puts it into order.
  void place(transcript_entry& entry);

private:
  std::uint64_t highest_ = 0;
};

/// Puts messages, given in the order the hub dealt with them, into the order of a transcript.
void sort_transcript(std::vector<transcript_entry>& entries);

// A transcript is the head, its messages, the middle, the sequence number of each message, the end.

/// The object up to the bracket that opens `messages`.
[[nodiscard]] std::string transcript_head(const session& facts, base::instant now);
/// From the bracket that closes `messages` to the one that opens `message_sequences`: the hub's sequence number of each
/// message, in the same order (O-049).
inline constexpr std::string_view transcript_middle = "],\"message_sequences\":[";
/// The rest, with `final_snapshot`, which is the JSON text given.
[[nodiscard]] std::string transcript_end(std::string_view final_snapshot);
/// The same from behind the bracket on, where something else comes before.
[[nodiscard]] std::string transcript_last(std::string_view final_snapshot);

} // namespace mpac::protocol
