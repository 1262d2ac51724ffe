#include "config/binder.hpp"

#include "config/nearest.hpp"
#include "config/overrides.hpp"

#include <algorithm>
#include <set>

namespace mpac::config {

void binder::bind(const node& tree) {
  if (const node::table* members = tree.as_table())
    bind_members(*members, "");
}

const origin* binder::written_at(std::string_view path) const {
  const auto found = written_.find(path);
  return found == written_.end() ? nullptr : &found->second;
}

void binder::bind_members(const node::table& members, const std::string& section) {
  std::set<std::string_view> seen;
  for (const member& one : members)
    if (seen.insert(one.name).second)
      bind_member(one, section);
    else
      found_.push_back({one.named_at, shown_prefix_ + section + to_toml_name(one.name), "is given twice", ""});
}

void binder::bind_member(const member& one, const std::string& section) {
  std::string path = section + to_toml_name(one.name);
  if (section.empty() && std::find(others_.begin(), others_.end(), one.name) != others_.end())
    return;
  // SESSION_INFO calls the sections liveness_policy and governance_policy; either spelling is taken (O-017).
  if (constexpr std::string_view ending = "_policy";
      path.ends_with(ending) && !slots_.contains(path) && !is_section(path))
    if (const std::string shorter = path.substr(0, path.size() - ending.size()); is_section(shorter))
      path = shorter;

  const std::string shown = shown_prefix_ + path;
  if (const auto slot = slots_.find(path); slot != slots_.end()) {
    slot->second(one.content, shown, found_);
    written_.insert_or_assign(path, one.content.where);
  } else if (const auto refusal = refused_.find(path); refusal != refused_.end()) {
    found_.push_back({one.named_at, shown, refusal->second, ""});
  } else if (is_section(path)) {
    if (const node::table* members = one.content.as_table())
      bind_members(*members, path + '.');
    else
      found_.push_back({one.content.where, shown, "must be a section, not " + std::string{one.content.kind()}, ""});
  } else if (!section.empty() || !is_somebody_elses(one)) {
    found_.push_back({one.named_at, shown, one.content.as_table() ? "unknown section" : "unknown key",
                      probably_meant(one, section)});
  }
}

/// Every key lies in a section, so a variable without "__" names none, and an orchestrator may well have set it
/// (MPAC_CLUSTER_SERVICE_HOST for a service "mpac-cluster"). Only a key with its underscores halved was meant for us.
bool binder::is_somebody_elses(const member& at_the_root) const {
  if (at_the_root.named_at.from != origin::kind::environment || at_the_root.content.as_table())
    return false;
  return std::none_of(slots_.begin(), slots_.end(), [&](const auto& known) {
    std::string halved = known.first;
    std::replace(halved.begin(), halved.end(), '.', '_');
    return halved == at_the_root.name;
  });
}

bool binder::is_section(std::string_view path) const {
  const std::string start = std::string{path} + '.';
  const auto next = slots_.lower_bound(start);
  return next != slots_.end() && next->first.starts_with(start);
}

std::string binder::probably_meant(const member& one, const std::string& section) const {
  if (one.named_at.from == origin::kind::environment) {
    std::vector<std::string> names;
    for (const auto& [path, slot] : slots_)
      names.push_back(variable_of_key(shown_prefix_ + path));
    constexpr std::string_view source = "environment variable ";
    return nearest(std::string_view{one.named_at.source}.substr(source.size()), names);
  }
  std::vector<std::string> siblings, everywhere;
  if (section.empty())
    siblings = others_;
  const std::string same_leaf = '.' + one.name;
  std::string elsewhere;
  for (const auto& [path, slot] : slots_) {
    everywhere.push_back(path);
    if (path.ends_with(same_leaf) && elsewhere.empty())
      elsewhere = path;
    if (path.starts_with(section)) {
      const auto end = path.find('.', section.size());
      siblings.push_back(path.substr(section.size(), end == std::string::npos ? end : end - section.size()));
    }
  }
  if (const std::string sibling = nearest(one.name, siblings); !sibling.empty())
    return shown_prefix_ + section + sibling;
  if (elsewhere.empty())
    elsewhere = nearest(section + one.name, everywhere);
  return elsewhere.empty() ? elsewhere : shown_prefix_ + elsewhere;
}

} // namespace mpac::config
