#include "config/policy_request.hpp"

#include <algorithm>

namespace mpac::config {
namespace {

/// True when a mistake was told about the key or something in it.
bool troubled(const problems& found, const std::string& shown) {
  return std::any_of(found.begin(), found.end(),
                     [&](const problem& each) { return each.key == shown || each.key.starts_with(shown + '.'); });
}

void keep_hub_keys_out(binder& by) {
  for (const char* name : {"id", "create", "workspace_dir"})
    by.refuse(name, "is the hub's own key, no policy's");
}

} // namespace

void derive_policy(protocol::session_policy& policy, const std::vector<const node*>& trees, binder& by) {
  const bool own_roles = std::any_of(trees.begin(), trees.end(), [](const node* tree) {
    const node::table* members = tree->as_table();
    return members &&
           std::any_of(members->begin(), members->end(), [](const member& each) { return each.name == "role_policy"; });
  });
  if (own_roles)
    policy.role_policy.reset();
  for (const node* tree : trees)
    by.bind(*tree);
}

void tell_contradictions(const protocol::session_policy& policy, std::string_view section,
                         std::string_view shown_prefix, binder& by) {
  for (const protocol::policy_contradiction& each : protocol::contradictions(policy)) {
    const std::string key = std::string{section} + std::string{each.key};
    const std::string other = std::string{section} + std::string{each.other};
    const std::string shown = std::string{shown_prefix} + key;
    const origin* where = by.written_at(key) ? by.written_at(key) : by.written_at(other);
    if (where && !troubled(by.found(), shown) && !troubled(by.found(), std::string{shown_prefix} + other))
      by.found().push_back({*where, shown, std::string{each.message}, ""});
  }
}

base::result<protocol::session_policy, problems> policy_from(const protocol::session_policy& base, const node& tree) {
  if (!tree.as_table())
    return base::fail(problems{{tree.where, "", "must be a table of policy keys", ""}});
  protocol::session_policy policy = base;
  binder by;
  by.accept("", policy_keys(), policy);
  keep_hub_keys_out(by);
  derive_policy(policy, {&tree}, by);
  tell_contradictions(policy, "", "", by);
  if (!by.found().empty())
    return base::fail(std::move(by.found()));
  return policy;
}

base::result<session_request, problems> read_session_request(const protocol::session_policy& base,
                                                             std::string_view json) {
  const origin where{origin::kind::request, "request body"};
  auto tree = parse_json(json, where);
  if (!tree)
    return base::fail(problems{tree.error()});

  session_request request;
  problems found;
  node::table& members = *tree->as_table();
  const auto id = std::find_if(members.begin(), members.end(), [](const member& m) { return m.name == "session_id"; });
  if (id == members.end()) {
    found.push_back({where, "session_id", "is missing", ""});
  } else {
    const rule session_id{.fits = is_session_id, .wanted = "a session id (1 to 128 of A-Z a-z 0-9 . _ ~ : @ -)"};
    if (auto wrong = take(id->content, session_id, request.session_id))
      found.push_back({wrong->where, "session_id", wrong->message, ""});
    members.erase(id);
  }
  auto policy = policy_from(base, *tree);
  if (!policy)
    for (const problem& each : policy.error())
      found.push_back(each);
  if (!found.empty())
    return base::fail(std::move(found));
  request.policy = *std::move(policy);
  return request;
}

} // namespace mpac::config
