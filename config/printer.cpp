#include "config/printer.hpp"

#include "config/key.hpp"

#include <algorithm>

namespace mpac::config {
namespace {

/// The table that `path` names inside `root`, made where missing; what is left of the path is the key's own name.
node::table& table_at(node& root, std::string_view& path) {
  node* at = &root;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const std::string_view name = path.substr(0, dot);
    node::table& members = *at->as_table();
    const auto found = std::find_if(members.begin(), members.end(), [&](const member& m) { return m.name == name; });
    at = found != members.end() ? &found->content : &members.emplace_back(member{std::string{name}, {}, {}}).content;
    path.remove_prefix(dot + 1);
  }
  return *at->as_table();
}

void put(node& root, std::string_view path, node value) {
  node::table& members = table_at(root, path);
  members.push_back({std::string{path}, std::move(value), {}});
}

node tree_of(const named_session_settings& session, const session_settings& base) {
  node tree;
  if (session.workspace_dir != base.workspace_dir)
    put(tree, workspace_key, give(session.workspace_dir));
  for (const auto& each : policy_keys())
    if (node value = each.read(session.policy); to_toml(value) != to_toml(each.read(base.policy)))
      put(tree, each.path, std::move(value));
  return tree;
}

node tree_of(const settings& all) {
  node tree;
  for (const auto& each : hub_keys())
    put(tree, each.path, each.read(all));
  for (const auto& each : policy_keys())
    put(tree, "session." + std::string{each.path}, each.read(all.session.policy));
  node sessions;
  for (const auto& [id, session] : all.sessions)
    sessions.as_table()->push_back({id, tree_of(session, all.session), {}});
  if (!all.sessions.empty())
    tree.as_table()->push_back({"sessions", std::move(sessions), {}});
  return tree;
}

void write(const node::table& members, const std::string& path, std::string& out) {
  const bool has_values =
      std::any_of(members.begin(), members.end(), [](const member& each) { return !each.content.as_table(); });
  if (!path.empty() && (has_values || members.empty()))
    out += (out.empty() ? "[" : "\n[") + path + "]\n";
  for (const member& each : members)
    if (!each.content.as_table())
      out += to_toml_name(each.name) + " = " + to_toml(each.content) + '\n';
  for (const member& each : members)
    if (const node::table* inner = each.content.as_table())
      write(*inner, (path.empty() ? path : path + '.') + to_toml_name(each.name), out);
}

} // namespace

std::string print(const settings& all) {
  std::string out;
  write(*tree_of(all).as_table(), "", out);
  return out;
}

} // namespace mpac::config
