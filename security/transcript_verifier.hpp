// Tells whether an exported transcript is whole and unchanged (SPEC 23.1.3, 23.1.3.1): for an auditor who has nothing
// else.
#pragma once

#include "base/result.hpp"
#include "security/verifying_key.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

/// What a good transcript was found to hold.
struct transcript_findings {
  std::string session_id;
  std::uint64_t first = 0, last = 0;   ///< entries of the log, by index; 0 and 0: none
  std::uint64_t coordinators = 0;      ///< entries of them that the coordinator signed
  std::uint64_t participants = 0;      ///< entries that who said them signed, with a key brought in before
  std::uint64_t refused = 0;           ///< entries that nobody signed as they should, and the coordinator refused
  std::uint64_t unchecked = 0;         ///< entries signed with a key that is not told in the transcript
  std::uint64_t checkpoints = 0;       ///< the coordinator's signed statements that fit
  std::vector<std::uint64_t> redacted; ///< those of which the coordinator has signed that it took something out
};

/// The first thing that is wrong.
struct transcript_fault {
  std::optional<std::uint64_t> entry; ///< its index in the log; none where it is no entry's
  std::string what;                   ///< a sentence, without the index
};

/// Checks, entry for entry: that each message is what was digested, that each link follows from the one before, that no
/// entry is missing, there twice or out of the transcript's order, that whatever the coordinator or a participant said
/// bears its signature (participant_signatures) or was refused, and that the coordinator's checkpoints and what it has
/// signed of the whole (log_end) are those of this transcript. `trusted` are the
/// coordinator's keys; where there are none, those of the transcript itself are taken: it is then only compared with
/// itself. Thread-safe; takes memory for about three times the text.
[[nodiscard]] base::result<transcript_findings, transcript_fault>
verify_transcript(std::string_view json, std::span<const verifying_key> trusted);

} // namespace mpac::security
