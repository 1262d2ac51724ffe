#include "protocol/frozen_scopes.hpp"

#include "protocol/resource_registry.hpp"

#include <algorithm>

namespace mpac::protocol {
namespace {

std::string opaque_key(const scope& s) {
  return s.kind_text + '\0' + s.expression.value_or(std::string{});
}

} // namespace

void frozen_scopes::append(std::vector<slot>& found, const scope& probe, guesses wanted) const {
  const auto more = index_.candidates(probe, wanted);
  found.insert(found.end(), more.begin(), more.end());
}

frozen_scopes::listing frozen_scopes::parts_at(std::vector<slot> slots) const {
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  listing found;
  for (const auto at : slots)
    found.push_back(&*parts_[at]);
  return found;
}

frozen_scopes::listing frozen_scopes::at(std::string_view target) const {
  if (empty())
    return {};
  // A target names no kind (O-115), so it is looked up as each of them. What could only be guessed is no certain hit.
  const std::string name(target);
  std::vector<slot> slots;
  for (const auto& probe : {file_set({name}), task_set({name}), entity_set({name}), resource_path(name)})
    append(slots, probe);
  scope by_uri;
  by_uri.kind = scope_kind::custom;
  by_uri.canonical_uris = {name};
  if (index_.registry())
    for (auto& uri : index_.registry()->uris_of_target(target))
      by_uri.canonical_uris.push_back(std::move(uri));
  append(slots, by_uri);
  auto found = parts_at(std::move(slots));
  std::erase_if(found,
                [&](const part* one) { return covers_target(one->scope, target, index_.registry()) != verdict::yes; });
  return found;
}

frozen_scopes::listing frozen_scopes::near(const scope& s) const {
  std::vector<slot> slots;
  append(slots, s);
  if (s.kind == scope_kind::resource_path) {
    append(slots, s, guesses::included); // the files it matches
    if (s.pattern)
      append(slots, file_set({*s.pattern}));
  } else if (s.kind == scope_kind::file_set) {
    for (const auto& name : entries(s)) // the patterns that match it
      append(slots, resource_path(name));
  } else if (is_opaque(s.kind)) {
    if (const auto same = opaque_.find(opaque_key(s)); same != opaque_.end())
      slots.insert(slots.end(), same->second.begin(), same->second.end());
  }
  return parts_at(std::move(slots));
}

frozen_scopes::listing frozen_scopes::touching(const scope& s) const {
  if (empty())
    return {};
  auto found = near(s);
  std::erase_if(found, [&](const part* one) {
    const auto how = overlap(one->scope, s, index_.registry());
    return how.certainty != overlap_certainty::certain && how.shared.empty() && !same_scope(one->scope, s);
  });
  return found;
}

bool frozen_scopes::hold(const scope& s) const {
  if (empty())
    return false;
  std::vector<scope> parts;
  for (const auto* one : near(s))
    parts.push_back(one->scope);
  return contains(parts, s, index_.registry()) == verdict::yes;
}

void frozen_scopes::add(const conflict_id& by, const std::vector<scope>& parts) {
  auto& slots = of_[by];
  for (const auto& frozen : parts) {
    slot at = static_cast<slot>(parts_.size());
    if (free_.empty()) {
      parts_.emplace_back();
    } else {
      at = free_.back();
      free_.pop_back();
    }
    parts_[at] = part{by, frozen};
    index_.insert(at, frozen);
    if (is_opaque(frozen.kind))
      opaque_[opaque_key(frozen)].push_back(at);
    slots.push_back(at);
  }
}

void frozen_scopes::remove(const conflict_id& by) {
  const auto node = of_.extract(by);
  if (!node)
    return;
  for (const auto at : node.mapped()) {
    const auto& gone = parts_[at]->scope;
    index_.erase(at, gone);
    if (is_opaque(gone.kind)) {
      const auto alike = opaque_.find(opaque_key(gone));
      std::erase(alike->second, at);
      if (alike->second.empty())
        opaque_.erase(alike);
    }
    parts_[at].reset();
    free_.push_back(at);
  }
  if (of_.empty()) { // what is thawed costs nothing
    parts_ = {};
    free_ = {};
  }
}

} // namespace mpac::protocol
