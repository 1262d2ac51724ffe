// Everything a session knows, as plain values: what is written down of it, and what it is made of again (SPEC 8.1.1.2).
#pragma once

#include "protocol/announce_backoffs.hpp"
#include "protocol/contested_operations.hpp"
#include "protocol/live_deferrals.hpp"
#include "protocol/log_chain.hpp"
#include "protocol/pending_claims.hpp"
#include "protocol/policy.hpp"
#include "protocol/recent_messages.hpp"
#include "protocol/records.hpp"
#include "protocol/roster.hpp"
#include "protocol/session_totals.hpp"
#include "protocol/workspace/file_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// A session at one moment. No index and nothing that follows from something else: `session` makes those when it is
/// made of this. Kept by place, with all that is in it: members are only ever appended (store/encoding.hpp).
struct session_image {
  protocol::session_id id;
  shared_policy founding_policy; ///< what it began with; its resource registry holds for the session's whole life
  shared_policy policy;          ///< what holds now
  session_limits limits;
  std::string workspace_dir;
  base::instant created_at{};
  std::uint64_t epoch = 1;
  bool answers_to_any_id = false;
  std::uint64_t lamport = 0;
  std::uint64_t sequence = 0;
  file_table files;
  std::vector<participant_record> people; ///< in the order of their first HELLO
  std::vector<principal_id> gone;         ///< of them, who is gone, in the order in which they left
  std::vector<intent_record> intents, past_intents;
  std::vector<std::pair<principal_id, std::vector<announce_backoff>>> backoffs;
  std::vector<deferral_record> deferrals;
  std::vector<claim_record> claims, past_claims;
  std::vector<operation_record> proposals, past_operations;
  std::vector<contested_operations::entry> contested;
  std::vector<std::pair<op_id, principal_id>> batches;
  std::vector<conflict_record> conflicts, past_conflicts;
  std::vector<std::pair<std::string, std::string>> targets; ///< with their state refs
  session_totals totals;
  base::instant next_status = base::never;
  std::vector<std::pair<base::instant, principal_id>> silence; ///< whom to look at, by when
  base::instant quiet_since = base::never;
  std::optional<close_reason> ended;
  bool recovering = false;
  base::instant recovered_at{};
  bool has_own_policy = false;
  std::vector<protocol::recent_messages::entry> recent_messages; ///< oldest first (SPEC 23.1.2)
  std::vector<std::string> retired_keys;                         ///< oldest first (SPEC 23.1.6)
  chain_head log_chain;
};

} // namespace mpac::protocol
