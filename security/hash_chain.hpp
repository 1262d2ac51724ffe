// The chain that makes the log of a session tamper-evident (SPEC 23.1.3): each link holds all that came before.
#pragma once

#include "protocol/log_chain.hpp"
#include "protocol/wire/log_checkpoint.hpp"

#include <cstdint>
#include <string_view>

namespace mpac::security {

using protocol::chain_head;
using protocol::from_hex;
using protocol::log_digest;
using protocol::to_hex;

using protocol::log_mechanism;

// All functions are thread-safe and pure.

/// The link before the first entry: SHA-256 of 0x00, "mpac-cluster log chain 1", 0x00 and the session's id. It is the
/// same in each epoch of the coordinator.
[[nodiscard]] log_digest genesis(std::string_view session_id);

/// SHA-256 of the frame's canonical JSON (RFC 8785), its signature included. What has no
/// canonical form is digested as it is, without white space around it.
[[nodiscard]] log_digest entry_digest(std::string_view frame_json);

/// SHA-256 of 0x01, the link before and the entry's digest.
[[nodiscard]] log_digest link(const log_digest& previous, const log_digest& entry);

/// The head with one more entry.
[[nodiscard]] chain_head extended(const chain_head& before, const log_digest& entry);

/// Of the entries of a transcript that are told redacted, how many there are and what binds them: begins with none and
/// the session's genesis, and goes on in the order of the log with SHA-256 of 0x02, the head before, the entry's index
/// as 8 bytes, the highest first, and the digest of the message as it is told.
[[nodiscard]] chain_head one_more_redacted(const chain_head& before, std::uint64_t index, const log_digest& told);

} // namespace mpac::security
