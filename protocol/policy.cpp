#include "protocol/policy.hpp"

#include <algorithm>

namespace mpac::protocol {
namespace {

bool somebody_may_be_arbiter(const role_policy& policy) {
  const auto constraint = policy.role_constraints.find("arbiter");
  if (constraint != policy.role_constraints.end() && constraint->second.max_count == 0u)
    return false;
  if (policy.default_role == "arbiter")
    return true;
  return std::any_of(policy.role_assignments.begin(), policy.role_assignments.end(), [](const auto& assignment) {
    return std::find(assignment.second.begin(), assignment.second.end(), "arbiter") != assignment.second.end();
  });
}

struct law {
  policy_contradiction contradiction;
  bool (*broken)(const session_policy&);
};

constexpr law laws[] = {
    {{"execution_model", "compliance_profile",
      "\"pre_commit\" needs compliance_profile \"governance\" or \"semantic\" (SPEC 7.8)"},
     [](const session_policy& p) {
       return p.execution_model == execution_model::pre_commit && p.compliance_profile == compliance_profile::core;
     }},
    {{"security_profile", "role_policy", "\"authenticated\" and \"verified\" need a role_policy (SPEC 23.1.5)"},
     [](const session_policy& p) { return p.security_profile != security_profile::open && !p.role_policy; }},
    {{"files_before_hello", "security_profile", "true is for security_profile \"open\" only"},
     [](const session_policy& p) { return p.files_before_hello && p.security_profile != security_profile::open; }},
    {{"liveness.intent_backoff_initial_sec", "liveness.intent_backoff_max_sec",
      "must not exceed intent_backoff_max_sec (SPEC 15.3.1)"},
     [](const session_policy& p) { return p.liveness.intent_backoff_initial > p.liveness.intent_backoff_max; }},
    {{"governance.require_arbiter", "role_policy",
      "true needs a role_policy that lets somebody be \"arbiter\" (SPEC 18.5)"},
     [](const session_policy& p) { return p.governance.require_arbiter && !designates_arbiter(p); }},
};

} // namespace

bool is_mute(const session_policy& policy) {
  return policy.security_profile == security_profile::verified && policy.security.coordinator_key.empty();
}

bool designates_arbiter(const session_policy& policy) {
  return policy.role_policy && somebody_may_be_arbiter(*policy.role_policy);
}

const shared_policy& default_policy() {
  static const shared_policy policy = std::make_shared<const session_policy>();
  return policy;
}

std::vector<policy_contradiction> contradictions(const session_policy& policy) {
  std::vector<policy_contradiction> found;
  for (const law& each : laws)
    if (each.broken(policy))
      found.push_back(each.contradiction);
  return found;
}

std::vector<std::string_view> doubts(const session_policy& policy) {
  std::vector<std::string_view> found;
  if (policy.compliance_profile != compliance_profile::core && !designates_arbiter(policy))
    found.push_back("no role_policy names an arbiter, which sessions with governance designate when they are made "
                    "(SPEC 18.5): escalated conflicts may find nobody to resolve them");
  return found;
}

} // namespace mpac::protocol
