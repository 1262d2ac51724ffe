#include "config/role_policy_key.hpp"

#include "config/key_rules.hpp"
#include "config/table_reader.hpp"
#include "protocol/scope.hpp"

namespace mpac::config {
namespace {

using protocol::role_constraint;
using protocol::role_policy;

constexpr rule principal_type{
    .fits = [](std::string_view text) { return text == "human" || text == "agent" || text == "service"; },
    .wanted = "one of \"human\", \"agent\", \"service\""};

/// A path, with or without wildcards, as `resource_path` scopes have it (SPEC 15.2.1.2).
constexpr rule pattern{
    .fits = [](std::string_view text) { return !protocol::problems(protocol::resource_path(std::string(text))); },
    .wanted = "a path pattern such as \"src/api/**\""};

role_constraint read_constraint(role_constraint constraint, const node& from, const std::string& shown,
                                problems& found) {
  table_reader reader{shown, found};
  reader.each(from, {"max_count", "allowed_principal_types"}, [&](const member& one, const std::string& path) {
    if (one.name == "max_count") {
      std::uint32_t most = 0;
      if (reader.value(one, path, count, most))
        constraint.max_count = most;
    } else if (one.name == "allowed_principal_types") {
      reader.value(one, path, principal_type, constraint.allowed_principal_types);
    } else {
      return false;
    }
    return true;
  });
  return constraint;
}

} // namespace

void assign_role_policy(protocol::session_policy& to, const node& from, const key<protocol::session_policy>&,
                        const std::string& shown, problems& found) {
  const std::size_t before = found.size();
  role_policy policy = to.role_policy.value_or(role_policy{});
  table_reader reader{shown, found};
  bool anything = false;
  reader.each(from, {"default_role", "role_assignments", "role_constraints", "owned_scopes"},
              [&](const member& one, const std::string& path) {
                anything = true;
                table_reader inner{path, found};
                if (one.name == "default_role") {
                  std::string role;
                  if (reader.value(one, path, not_empty, role))
                    policy.default_role = std::move(role);
                } else if (one.name == "role_assignments") {
                  inner.each(one.content, {}, [&](const member& who, const std::string& at) {
                    std::vector<std::string> roles;
                    if (inner.value(who, at, not_empty, roles))
                      policy.role_assignments.insert_or_assign(who.name, std::move(roles));
                    return true;
                  });
                } else if (one.name == "role_constraints") {
                  inner.each(one.content, {}, [&](const member& role, const std::string& at) {
                    role_constraint& constraint = policy.role_constraints[role.name];
                    constraint = read_constraint(std::move(constraint), role.content, at, found);
                    return true;
                  });
                } else if (one.name == "owned_scopes") {
                  inner.each(one.content, {}, [&](const member& who, const std::string& at) {
                    std::vector<std::string> patterns;
                    if (inner.value(who, at, pattern, patterns))
                      policy.owned_scopes.insert_or_assign(who.name, std::move(patterns));
                    return true;
                  });
                } else {
                  return false;
                }
                return true;
              });
  if (anything && found.size() == before)
    to.role_policy = std::move(policy);
}

node give_role_policy(const protocol::session_policy& from) {
  if (!from.role_policy)
    return {};
  const role_policy& policy = *from.role_policy;
  node::table members, assignments, constraints, owned;
  if (policy.default_role)
    members.push_back({"default_role", give(*policy.default_role), {}});
  for (const auto& [principal, roles] : policy.role_assignments)
    assignments.push_back({principal, give(roles), {}});
  for (const auto& [role, constraint] : policy.role_constraints) {
    node::table limits;
    if (constraint.max_count)
      limits.push_back({"max_count", give(*constraint.max_count), {}});
    if (!constraint.allowed_principal_types.empty())
      limits.push_back({"allowed_principal_types", give(constraint.allowed_principal_types), {}});
    constraints.push_back({role, table_of(std::move(limits)), {}});
  }
  members.push_back({"role_assignments", table_of(std::move(assignments)), {}});
  for (const auto& [principal, patterns] : policy.owned_scopes)
    owned.push_back({principal, give(patterns), {}});
  members.push_back({"role_constraints", table_of(std::move(constraints)), {}});
  if (!owned.empty())
    members.push_back({"owned_scopes", table_of(std::move(owned)), {}});
  return table_of(std::move(members));
}

} // namespace mpac::config
