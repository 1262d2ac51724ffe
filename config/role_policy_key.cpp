#include "config/role_policy_key.hpp"

#include "config/key_rules.hpp"
#include "config/nearest.hpp"

#include <set>

namespace mpac::config {
namespace {

using protocol::role_constraint;
using protocol::role_policy;

/// Reads the members of one table by name and says what is wrong with each.
struct table_reader {
  std::string shown;
  problems& found;

  /// `on(name, member, path)` returns false for a name it doesn't know.
  template <class OnMember>
  void each(const node& from, const std::vector<std::string>& names, OnMember on) {
    const node::table* members = from.as_table();
    if (!members) {
      found.push_back({from.where, shown, "must be a section, not " + std::string{from.kind()}, ""});
      return;
    }
    std::set<std::string_view> seen;
    for (const member& one : *members) {
      const std::string path = shown + '.' + to_toml_name(one.name);
      if (!seen.insert(one.name).second)
        found.push_back({one.named_at, path, "is given twice", ""});
      else if (!on(one, path)) {
        const std::string near = nearest(one.name, names);
        found.push_back({one.named_at, path, "unknown key", near.empty() ? near : shown + '.' + near});
      }
    }
  }

  template <class Value>
  bool value(const member& one, const std::string& path, const rule& allowed, Value& into) {
    const auto wrong = take(one.content, allowed, into);
    if (wrong)
      found.push_back({wrong->where, path, wrong->message, wrong->nearest});
    return !wrong;
  }
};

constexpr rule principal_type{
    .fits = [](std::string_view text) { return text == "human" || text == "agent" || text == "service"; },
    .wanted = "one of \"human\", \"agent\", \"service\""};

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

node table_of(node::table members) {
  node one;
  one.value = std::move(members);
  return one;
}

} // namespace

void assign_role_policy(protocol::session_policy& to, const node& from, const key<protocol::session_policy>&,
                        const std::string& shown, problems& found) {
  const std::size_t before = found.size();
  role_policy policy = to.role_policy.value_or(role_policy{});
  table_reader reader{shown, found};
  bool anything = false;
  reader.each(from, {"default_role", "role_assignments", "role_constraints"},
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
  node::table members, assignments, constraints;
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
  members.push_back({"role_constraints", table_of(std::move(constraints)), {}});
  return table_of(std::move(members));
}

} // namespace mpac::config
