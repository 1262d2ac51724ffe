// Policies and small objects as JSON text, for SESSION_INFO and snapshots (SPEC 9.6.4, 14.2, 14.7.5, 18.6.3).
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/policy.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::protocol {

// Members carry the specification's names; durations are seconds.
[[nodiscard]] json_text json_of(const governance_policy& policy);
[[nodiscard]] json_text json_of(const liveness_policy& policy);
[[nodiscard]] json_text json_of(const lifecycle_policy& policy);

/// An object of text members, escaped as JSON wants it.
[[nodiscard]] json_text json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members);

} // namespace mpac::protocol
