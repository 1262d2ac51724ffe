// The checkpoint of the tamper-evident log that COORDINATOR_STATUS carries (SPEC 14.6, 23.1.3): an extension of ours.
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/log_chain.hpp"

#include <optional>
#include <string_view>

namespace mpac::protocol {

/// How the log is made tamper-evident, as session metadata declare it (SPEC 23.1.3).
inline constexpr std::string_view log_mechanism = "sha256-hash-chain";

/// Its name: an object of `entries`, a number, and `head`, the link behind that many entries as 64 lower-case
/// hexadecimal digits.
inline constexpr std::string_view checkpoint_name = "mpac_cluster.log_checkpoint";

/// The extensions of a status that tells where the log stood before it; none where there is no log.
[[nodiscard]] std::optional<json_text> checkpoint_of(const chain_head& log);

} // namespace mpac::protocol
