#include "cluster/session_catalog.hpp"

#include "cluster/session_path.hpp"
#include "config/reload.hpp"

namespace mpac::cluster {

base::result<workspaces, load_error> load_workspaces(const config::settings& all, std::vector<std::string>& warnings) {
  workspaces loaded;
  const auto load = [&](const std::string& directory) -> std::optional<load_error> {
    if (directory.empty() || loaded.contains(directory))
      return std::nullopt;
    auto one = load_workspace(directory);
    if (!one)
      return one.error();
    warnings.insert(warnings.end(), one->warnings.begin(), one->warnings.end());
    loaded.emplace(directory, std::move(one->files));
    return std::nullopt;
  };
  if (auto failed = load(all.session.workspace_dir))
    return base::fail(*std::move(failed));
  for (const auto& [id, session] : all.sessions)
    if (auto failed = load(session.workspace_dir))
      return base::fail(*std::move(failed));
  return loaded;
}

namespace {

/// Sessions of the open profile tell nothing of it.
void equip(protocol::session_policy& policy, const security_facts& known) {
  static const security_facts nothing;
  const auto& with = policy.security_profile == protocol::security_profile::open ? nothing : known;
  policy.security.auth_mechanisms = with.auth_mechanisms;
  policy.security.custom_credential_format = with.custom_credential_format;
  policy.security.coordinator_certificate = with.coordinator_certificate;
  policy.security.coordinator_key = with.coordinator_key;
}

config::settings equipped(config::settings all, const security_facts& with) {
  equip(all.session.policy, with);
  for (auto& [id, session] : all.sessions)
    equip(session.policy, with);
  return all;
}

} // namespace

session_catalog::edition::edition(const config::settings& from, workspaces loaded, security_facts known)
    : only(from.session.id),
      create(from.session.create), limits{from.limits.participants_per_session, from.limits.intents_per_participant},
      policies(equipped(from, known)), directory(from.session.workspace_dir), loaded(std::move(loaded)),
      security(std::move(known)) {
  for (const auto& [id, session] : from.sessions)
    directories.emplace(id, session.workspace_dir);
}

const std::string& session_catalog::edition::directory_of(std::string_view id) const {
  const auto found = directories.find(id);
  return found == directories.end() ? directory : found->second;
}

protocol::shared_policy session_catalog::edition::of_today(const protocol::shared_policy& written) const {
  auto policy = *written;
  equip(policy, security);
  return policy == *written ? written : std::make_shared<const protocol::session_policy>(std::move(policy));
}

session_catalog::session_catalog(const config::settings& all, workspaces loaded, security_facts security)
    : now_(all, std::move(loaded), std::move(security)) {}

void session_catalog::change(const config::settings& all, workspaces loaded, security_facts security) {
  edition fresh(all, std::move(loaded), std::move(security));
  const std::lock_guard lock(guard_);
  now_ = std::move(fresh);
  carried_.clear();
  ++strictness_edition_;
}

std::optional<protocol::session_id> session_catalog::session_of(std::string_view target) const {
  const std::lock_guard lock(guard_);
  return now_.only.empty() ? session_of_path(target) : protocol::session_id(now_.only);
}

bool session_catalog::is_strict(const protocol::session_id& id) const {
  const std::lock_guard lock(guard_);
  const auto known = founded_.find(id);
  return known != founded_.end() ? known->second.policy->strict : now_.policies.of(id.str())->strict;
}

protocol::shared_policy session_catalog::of_today(const protocol::shared_policy& written) const {
  const std::lock_guard lock(guard_);
  return now_.of_today(written);
}

protocol::shared_policy session_catalog::base_policy() const {
  const std::lock_guard lock(guard_);
  return now_.policies.base();
}

bool session_catalog::reserve(const protocol::session_id& id, protocol::shared_policy policy) {
  const std::lock_guard lock(guard_);
  return founded_.try_emplace(id, founding{std::move(policy), true}).second;
}

void session_catalog::release(const protocol::session_id& id, const protocol::shared_policy& policy) {
  const std::lock_guard lock(guard_);
  if (const auto known = founded_.find(id); known != founded_.end() && known->second.policy == policy)
    founded_.erase(known);
}

void session_catalog::forget(const protocol::session_id& id, bool is_over) {
  const std::lock_guard lock(guard_);
  // How strictly its letters are read has to be known before it is in memory again; those to one that is over are all
  // refused.
  if (const auto known = founded_.find(id); known != founded_.end() && (is_over || !known->second.by_operator))
    founded_.erase(known);
}

std::optional<protocol::session_origin> session_catalog::origin_of(const protocol::session_id& id) {
  const std::lock_guard lock(guard_);
  const auto known = founded_.find(id);
  const bool may_be =
      known != founded_.end() || now_.create == config::session_creation::implicit || now_.names(id.str());
  if (!may_be)
    return std::nullopt;

  // A session that is made anew after a failure goes on with the policy it had.
  const auto& founded = known != founded_.end()
                            ? known->second
                            : founded_.try_emplace(id, founding{now_.policies.of(id.str()), false}).first->second;
  auto origin = now_.origin_of(id);
  origin.policy = founded.policy;
  origin.has_own_policy = founded.by_operator;
  return origin;
}

bool session_catalog::is_named(const protocol::session_id& id) const {
  const std::lock_guard lock(guard_);
  const auto known = founded_.find(id);
  return now_.names(id.str()) || (known != founded_.end() && known->second.by_operator);
}

protocol::session_origin session_catalog::surroundings_of(const protocol::session_id& id) const {
  const std::lock_guard lock(guard_);
  return now_.origin_of(id);
}

protocol::session_origin session_catalog::edition::origin_of(const protocol::session_id& id) const {
  protocol::session_origin origin;
  origin.id = id;
  origin.policy = policies.of(id.str());
  origin.limits = limits;
  origin.workspace_dir = directory_of(id.str());
  if (const auto files = loaded.find(origin.workspace_dir); files != loaded.end())
    origin.files = files->second;
  origin.answers_to_any_id = id.str() == only;
  return origin;
}

protocol::shared_policy session_catalog::policy_for_running(const protocol::session_id& id) {
  const std::lock_guard lock(guard_);
  const auto& fresh = now_.policies.of(id.str());
  const auto known = founded_.find(id);
  if (known == founded_.end())
    return fresh; // loaded from a store that an earlier process wrote
  auto& running = known->second.policy;
  if (known->second.by_operator)
    return running = now_.of_today(running);
  if (running == fresh)
    return running;
  running = carried(running, fresh);
  ++strictness_edition_;
  return running;
}

protocol::shared_policy session_catalog::policy_for_resumed(const protocol::session& facts) {
  const std::lock_guard lock(guard_);
  const auto& id = facts.origin().id;
  const auto& fresh = now_.policies.of(id.str());
  founding as_it_is{now_.of_today(facts.policy_ptr()), facts.origin().has_own_policy};
  if (!as_it_is.by_operator)
    as_it_is.policy =
        *as_it_is.policy == *fresh
            ? fresh
            : std::make_shared<const protocol::session_policy>(config::carry_over(*as_it_is.policy, *fresh));
  if (as_it_is.policy->strict != fresh->strict)
    ++strictness_edition_;
  return founded_.insert_or_assign(id, std::move(as_it_is)).first->second.policy;
}

protocol::shared_policy session_catalog::carried(const protocol::shared_policy& running,
                                                 const protocol::shared_policy& fresh) {
  auto& known = carried_[{running, fresh}];
  if (!known)
    known = std::make_shared<const protocol::session_policy>(config::carry_over(*running, *fresh));
  return known;
}

actors::session_source session_catalog::source() {
  return [this](const protocol::session_id& id) { return origin_of(id); };
}

} // namespace mpac::cluster
