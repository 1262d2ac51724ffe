// A snapshot as it was read, before it is made whole: other coordinators write less than ours does (O-034).
#pragma once

#include "protocol/session_image.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

// What these members have where the snapshot says nothing of them; nothing it could say is the same.
inline constexpr std::uint64_t not_told = std::numeric_limits<std::uint64_t>::max();
inline constexpr base::instant never_told = base::instant::min();

/// A participant, and whether the snapshot tells who has left.
struct read_participant {
  participant_record record;
  bool tells_departure = false;
};
struct read_conflict {
  conflict_record record;
  std::optional<bool> is_frozen; ///< the only thing that others tell of it
  bool tells_parties = false;    ///< whose intents are in conflict
};
struct read_claim {
  claim_record record;
  bool tells_wait = false;
  std::optional<std::string> message; ///< the text of the message that is relayed once it is approved
};
struct read_deferral {
  deferral_record record;
  std::optional<std::vector<intent_id>> still_open;
};
/// The last a sender incarnation was heard of: `anti_replay.sender_frontier`.
struct read_frontier {
  instance_id instance;
  base::instant last_seen{};
  std::uint64_t lamport = 0;
};

/// Records in the order in which the snapshot lists them.
struct snapshot_records {
  session_image image; ///< all but what is listed here
  base::instant captured_at{};
  bool tells_totals = false, tells_batches = false, tells_targets = false;
  std::vector<read_participant> participants;
  std::map<principal_id, read_frontier> frontiers;
  std::vector<intent_record> intents;
  std::vector<operation_record> operations;
  std::vector<read_conflict> conflicts;
  std::vector<read_claim> claims;
  std::vector<read_deferral> deferrals;
  std::map<std::string, std::string> target_refs;
};

/// Makes an image of them: what the snapshot does not tell follows from what it does. Gives the place of what no
/// session can hold, and why; or nothing.
[[nodiscard]] std::optional<std::string> complete(snapshot_records& records);

} // namespace mpac::protocol
