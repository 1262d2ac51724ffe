// What lies inside a scope: narrower scopes (SPEC 14.7.4, 18.6.2) and the targets of operations (16.9).
#include "protocol/resource_registry.hpp"
#include "protocol/scope.hpp"
#include "protocol/scope_path.hpp"
#include "protocol/scope_pattern.hpp"
#include "protocol/sorted_names.hpp"

#include <algorithm>

namespace mpac::protocol {

namespace {

verdict verdict_of(bool answer) {
  return answer ? verdict::yes : verdict::no;
}

// All of them, or the worst that was said of one.
verdict pattern_matches_all(std::string_view pattern, const sorted_names& paths) {
  verdict all = paths.empty() ? verdict::undecidable : verdict::yes;
  for (const auto& path : paths) {
    const auto one = pattern_matches(pattern, path);
    if (one == verdict::no)
      return one;
    if (one == verdict::undecidable)
      all = one;
  }
  return all;
}

// By what the scopes say of themselves, for the pairs of kinds where that can be compared.
verdict contains_by_paths(const scope& outer, const sorted_names& wide, const scope& inner,
                          const sorted_names& narrow) {
  const bool outer_is_pattern = outer.kind == scope_kind::resource_path;
  const bool inner_is_pattern = inner.kind == scope_kind::resource_path;
  if (wide.empty() || narrow.empty())
    return verdict::undecidable;
  if (outer_is_pattern && inner_is_pattern)
    return pattern_contains(wide.front(), narrow.front());
  if (outer_is_pattern && inner.kind == scope_kind::file_set)
    return pattern_matches_all(wide.front(), narrow);
  if (outer.kind == scope_kind::file_set && inner_is_pattern) // a wildcard matches more paths than a list can hold
    return verdict_of(!has_wildcard(narrow.front()) && includes_all(wide, narrow));
  return verdict::undecidable;
}

// A list as scopes of one name each. URIs sent for the whole can't be told apart, so they stay behind.
std::vector<scope> one_by_one(const scope& listed) {
  std::vector<scope> singles;
  for (auto& name : entries(listed))
    singles.push_back(listed.kind == scope_kind::file_set   ? file_set({std::move(name)})
                      : listed.kind == scope_kind::task_set ? task_set({std::move(name)})
                                                            : entity_set({std::move(name)}));
  return singles;
}

verdict any_contains(std::span<const scope> parts, const scope& inner, const resource_registry* registry) {
  auto best = verdict::no;
  for (const auto& part : parts) {
    const auto one = contains(part, inner, registry);
    if (one == verdict::yes)
      return one;
    if (one == verdict::undecidable)
      best = one;
  }
  return best;
}

} // namespace

verdict contains(const scope& outer, const scope& inner, const resource_registry* registry) {
  const auto wide = entries(outer), narrow = entries(inner);
  if (outer.kind == inner.kind && is_listed(inner.kind))
    return narrow.empty() ? verdict::undecidable : verdict_of(includes_all(wide, narrow));
  if (same_scope(outer, inner))
    return verdict::yes;
  const bool both_are_patterns = outer.kind == scope_kind::resource_path && inner.kind == outer.kind;
  if (both_are_patterns)
    if (const auto answer = contains_by_paths(outer, wide, inner, narrow); answer != verdict::undecidable)
      return answer;
  const auto outer_uris = resolve(outer, registry), inner_uris = resolve(inner, registry);
  if (outer_uris.complete && inner_uris.complete)
    return verdict_of(includes_all(outer_uris.uris, inner_uris.uris));
  return both_are_patterns ? verdict::undecidable : contains_by_paths(outer, wide, inner, narrow);
}

verdict contains(std::span<const scope> parts, const scope& inner, const resource_registry* registry) {
  const auto whole = any_contains(parts, inner, registry);
  if (whole == verdict::yes || !is_listed(inner.kind))
    return whole;
  auto all = verdict::yes;
  const auto singles = one_by_one(inner);
  for (const auto& single : singles) {
    const auto one = any_contains(parts, single, registry);
    if (one == verdict::no)
      return whole;
    if (one == verdict::undecidable)
      all = one;
  }
  return singles.empty() ? whole : all;
}

verdict covers_target(const scope& s, std::string_view target, const resource_registry* registry) {
  const auto names_listed = entries(s);
  auto direct = is_opaque(s.kind) ? verdict::undecidable : verdict::no;
  if (s.kind == scope_kind::resource_path && !names_listed.empty())
    direct = pattern_matches(names_listed.front(), normalised(target));
  else if (is_listed(s.kind)) {
    const auto name = s.kind == scope_kind::file_set ? normalised(target) : std::string(target);
    direct = verdict_of(std::binary_search(names_listed.begin(), names_listed.end(), name));
  }
  if (direct == verdict::yes)
    return direct;

  const auto covered = resolve(s, registry);
  auto meant = registry ? registry->uris_of_target(target) : sorted_names{};
  const bool is_resolved = !meant.empty();
  meant.emplace_back(target); // a target may be a URI itself
  for (const auto& uri : meant)
    if (std::binary_search(covered.uris.begin(), covered.uris.end(), uri))
      return verdict::yes;
  return covered.complete && is_resolved ? verdict::no : direct;
}

} // namespace mpac::protocol
