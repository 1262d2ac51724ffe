// The chain that makes the log of a session tamper-evident (SPEC 23.1.3): each link holds all that came before.
#pragma once

#include "base/result.hpp"
#include "protocol/log_chain.hpp"
#include "protocol/wire/log_checkpoint.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

using protocol::chain_head;
using protocol::log_digest;

using protocol::log_mechanism;

// All functions are thread-safe and pure.

/// SHA-256.
[[nodiscard]] log_digest digest_of(std::string_view bytes);

/// The link before the first entry: SHA-256 of 0x00, "mpac-cluster log chain 1", 0x00 and the session's id. It is the
/// same in each epoch of the coordinator.
[[nodiscard]] log_digest genesis(std::string_view session_id);

/// SHA-256 of the frame's canonical JSON (RFC 8785), its signature included. What has no
/// canonical form is digested as it is, without white space around it.
[[nodiscard]] log_digest entry_digest(std::string_view frame_json);

/// SHA-256 of 0x01, the link before and the entry's digest.
[[nodiscard]] log_digest link(const log_digest& previous, const log_digest& entry);
/// Of an entry that is kept redacted: SHA-256 of 0x02, the link before, the digest of what is kept and that of what
/// came.
[[nodiscard]] log_digest link(const log_digest& previous, const log_digest& entry, const log_digest& original);

/// The head with one more entry.
[[nodiscard]] chain_head extended(const chain_head& before, const log_digest& entry,
                                  const std::optional<log_digest>& original = {});

/// 64 lower-case hexadecimal digits, and back; nothing where it is anything else.
[[nodiscard]] std::string to_hex(const log_digest& value);
[[nodiscard]] std::optional<log_digest> from_hex(std::string_view text);

} // namespace mpac::security
