// What participants are told of a session's security (SPEC 23.1.6, 23.2): mechanisms, and who signs with which key.
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/policy.hpp"
#include "protocol/roster.hpp"

#include <optional>
#include <string_view>

namespace mpac::protocol {

/// The message that distributes keys, an extension of ours (O-156).
inline constexpr std::string_view participant_keys_type = "mpac_cluster.PARTICIPANT_KEYS";

/// More than so many bytes of certificates do not go into SESSION_INFO: no frame of ours may exceed what existing
/// clients take.
inline constexpr std::size_t longest_key_list = 256 * 1024;

/// Visits everybody who is here and signs.
template <class Visit>
void for_each_key(const roster& people, Visit&& visit) {
  for (const auto& who : people)
    if (!who.departed && who.identity && !who.identity->key_id.empty())
      visit(who);
}

/// Whether all their keys fit into SESSION_INFO; each is told by a message of its own where they don't.
[[nodiscard]] bool keys_fit(const roster& people);

/// `security_config` of SESSION_INFO: `auth_mechanism` (and all of `auth_mechanisms`), `replay_window_sec`,
/// `audit_retention_days`; where the coordinator signs also `coordinator_key_fingerprint`, `coordinator_certificate`
/// and `key_exchange_method`; in the verified profile `log_integrity` and the `participant_keys` of who is here, if
/// they fit.
[[nodiscard]] json_text security_config_of(const session_policy& policy, const roster& people);

/// The payload of PARTICIPANT_KEYS: `keys`, each with `principal_id`, `key_id` and `certificate_chain`.
/// `old_keys_until`: until when the keys that these replace are good; absent where they replace none.
[[nodiscard]] json_text participant_keys_of(const principal_id& who, const verified_identity& identity,
                                            std::optional<base::instant> old_keys_until);

} // namespace mpac::protocol
