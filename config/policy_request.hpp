// Policies given one at a time: `[sessions.<id>]`, and the body of `POST /api/v1/sessions`.
#pragma once

#include "base/result.hpp"
#include "config/binder.hpp"
#include "config/problem.hpp"
#include "protocol/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

/// Lays `trees` (the later wins) over `policy` with a binder that may accept more keys than the policy's. A
/// `role_policy` replaces the former one as a whole: who writes a list of roles for one session means just that list.
void derive_policy(protocol::session_policy& policy, const std::vector<const node*>& trees, binder& by);

/// Adds the contradictions of a policy whose keys are called `section` + path, except those that a mistake in one of
/// their keys explains, and those inherited whole (neither key written by `by`).
void tell_contradictions(const protocol::session_policy& policy, std::string_view section,
                         std::string_view shown_prefix, binder& by);

/// The policy that `tree`, the tables of `[session]`, makes of `base`; or every bad key.
[[nodiscard]] base::result<protocol::session_policy, problems> policy_from(const protocol::session_policy& base,
                                                                           const node& tree);

struct session_request {
  std::string session_id;
  protocol::session_policy policy;
};

/// Reads `{"session_id": …, policy keys of [session] …}`; sections are nested objects. The error tells every bad key,
/// and a syntax error with line and column. Thread-safe.
[[nodiscard]] base::result<session_request, problems> read_session_request(const protocol::session_policy& base,
                                                                           std::string_view json);

} // namespace mpac::config
