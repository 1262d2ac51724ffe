// What participants are told of a session's security (SPEC 23.1.6, 23.2): mechanisms, and who signs with which key.
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/policy.hpp"
#include "protocol/roster.hpp"

#include <string_view>

namespace mpac::protocol {

/// The message that distributes keys, an extension of ours (O-156).
inline constexpr std::string_view participant_keys_type = "mpac_cluster.PARTICIPANT_KEYS";

/// `security_config` of SESSION_INFO: `auth_mechanism` (and all of `auth_mechanisms`), `replay_window_sec`,
/// `audit_retention_days`; where the coordinator signs also `coordinator_key_fingerprint`, `coordinator_certificate`
/// and `key_exchange_method`; in the verified profile `log_integrity` and the `participant_keys` known so far.
[[nodiscard]] json_text security_config_of(const session_policy& policy, const roster& people);

/// The payload of PARTICIPANT_KEYS: `keys`, each with `principal_id`, `key_id` and `certificate_chain`.
/// `old_keys_until`: until when the keys that these replace are good; absent where they replace none.
[[nodiscard]] json_text participant_keys_of(const principal_id& who, const verified_identity& identity,
                                            std::optional<base::instant> old_keys_until);

} // namespace mpac::protocol
