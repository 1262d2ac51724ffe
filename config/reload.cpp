#include "config/reload.hpp"

#include "config/key.hpp"

#include <set>

namespace mpac::config {
namespace {

template <class Target>
bool differs(const key<Target>& by, const Target& a, const Target& b) {
  return to_toml(by.read(a)) != to_toml(by.read(b));
}

const protocol::session_policy& policy_of(const settings& all, const std::string& session) {
  const auto found = all.sessions.find(session);
  return found == all.sessions.end() ? all.session.policy : found->second.policy;
}

void note(reload_plan& plan, taking_effect effect, std::string name) {
  switch (effect) {
  case taking_effect::at_start:
    plan.waiting.push_back(std::move(name));
    break;
  case taking_effect::in_new_sessions:
    plan.in_new_sessions.push_back(std::move(name));
    break;
  case taking_effect::while_running:
    plan.applied.push_back(std::move(name));
    break;
  }
}

/// True when the session's key changed just as the general one did, which has been told already.
bool inherited(const key<protocol::session_policy>& by, const settings& running, const settings& fresh,
               const std::string& session) {
  return !differs(by, policy_of(running, session), running.session.policy) &&
         !differs(by, policy_of(fresh, session), fresh.session.policy);
}

void compare_session(reload_plan& plan, const settings& running, const settings& fresh, const std::string& session) {
  const std::string prefix = "sessions." + to_toml_name(session) + '.';
  for (const auto& each : policy_keys())
    if (differs(each, policy_of(running, session), policy_of(fresh, session)) &&
        !inherited(each, running, fresh, session))
      note(plan, each.effect, prefix + std::string{each.path});
  if (workspace_of(running, session) != workspace_of(fresh, session) &&
      (workspace_of(running, session) != running.session.workspace_dir ||
       workspace_of(fresh, session) != fresh.session.workspace_dir))
    note(plan, taking_effect::in_new_sessions, prefix + std::string{workspace_key});
}

} // namespace

std::string reload_plan::warning() const {
  std::string names;
  for (const std::string& each : waiting)
    names += (names.empty() ? "" : ", ") + each;
  return names.empty() ? names : "changed in the configuration, but only a restart applies it: " + names;
}

reload_plan plan_reload(const settings& running, const settings& fresh) {
  reload_plan plan;
  plan.effective = fresh;
  for (const auto& each : hub_keys())
    if (differs(each, running, fresh)) {
      note(plan, each.effect, std::string{each.path});
      if (each.effect == taking_effect::at_start)
        each.copy(running, plan.effective);
    }
  for (const auto& each : policy_keys())
    if (differs(each, running.session.policy, fresh.session.policy))
      note(plan, each.effect, "session." + std::string{each.path});

  std::set<std::string> sessions;
  for (const settings* all : {&running, &fresh})
    for (const auto& [id, session] : all->sessions)
      sessions.insert(id);
  for (const std::string& id : sessions)
    compare_session(plan, running, fresh, id);
  return plan;
}

protocol::session_policy carry_over(const protocol::session_policy& running, const protocol::session_policy& fresh) {
  protocol::session_policy policy = fresh;
  for (const auto& each : policy_keys())
    if (each.effect != taking_effect::while_running)
      each.copy(running, policy);
  // Of sessions that ask for proof the configuration may change the role policy, and not take it away.
  if (policy.security_profile != protocol::security_profile::open && !policy.role_policy)
    policy.role_policy = running.role_policy;
  return policy;
}

} // namespace mpac::config
