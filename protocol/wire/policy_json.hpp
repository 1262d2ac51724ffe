// Policies and small objects as JSON text, for SESSION_INFO and snapshots (SPEC 9.6.4, 14.2, 14.7.5, 18.6.3).
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/policy.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::protocol {

class resource_registry;

// Members carry the specification's names; durations are seconds.
[[nodiscard]] json_text json_of(const governance_policy& policy);
[[nodiscard]] json_text json_of(const liveness_policy& policy);
[[nodiscard]] json_text json_of(const lifecycle_policy& policy);

/// What everybody may know of a role policy: the default role and the constraints, not who has which role (O-016).
[[nodiscard]] json_text json_of(const role_policy& policy);
/// `mappings` as the session metadata has them (SPEC 15.2.3).
[[nodiscard]] json_text json_of(const resource_registry& registry);

/// An object of text members, escaped as JSON wants it. `flag` names one more that is true.
[[nodiscard]] json_text json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members,
                                    std::string_view flag = {});

} // namespace mpac::protocol
