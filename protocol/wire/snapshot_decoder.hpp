// The way back from a snapshot (SPEC 8.1.1.2, 8.1.1.3): ours, or one that another coordinator has written.
#pragma once

#include "base/result.hpp"
#include "protocol/policy.hpp"
#include "protocol/session_image.hpp"
#include "protocol/workspace/file_table.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// What keeps a text from being taken up as a snapshot.
struct snapshot_problem {
  std::string description; ///< one line that begins with the place: `intents[3].state: …`
};

/// What a snapshot may not hold.
struct snapshot_surroundings {
  shared_policy policy = default_policy(); ///< each of its keys holds where the snapshot says nothing
  session_limits limits;                   ///< the same
  file_table files; ///< contents of files; those that are not in the state the snapshot tells are left out
};

/// Longer ones are refused, in bytes.
inline constexpr std::size_t longest_snapshot = 64 * 1024 * 1024;

/// Reads a snapshot of version 2. What another coordinator leaves out is made up for as far as it follows from the
/// rest: whose operation it is from its intent, the state of a target from its last commit, what is frozen from the
/// intents in conflict. Nobody sits anywhere; the epoch is the snapshot's, so `decide_recovered` comes next.
///
/// Safe for any bytes. Refused: what is no JSON object, another version, a missing member without which nothing can be
/// made of the rest, a value of another type or out of range, a policy that contradicts itself, and what no session can
/// hold: two of one name, an intent of nobody. Thread-safe.
[[nodiscard]] base::result<session_image, snapshot_problem> read_snapshot(std::string_view text,
                                                                          const snapshot_surroundings& around = {});

} // namespace mpac::protocol
