// How two scopes overlap (SPEC 15.2.1, 15.2.2).
#include "protocol/resource_registry.hpp"
#include "protocol/scope.hpp"
#include "protocol/scope_pattern.hpp"
#include "protocol/sorted_names.hpp"

#include <algorithm>
#include <utility>

namespace mpac::protocol {

namespace {

std::string pattern_of(const scope& s) {
  auto all = entries(s);
  return all.empty() ? std::string{} : std::move(all.front());
}

// The pattern that matches just what both do, where one of them is it.
std::optional<std::string> narrower(const std::string& a, const std::string& b) {
  if (pattern_contains(a, b) == verdict::yes)
    return b;
  if (pattern_contains(b, a) == verdict::yes)
    return a;
  return std::nullopt;
}

scope_overlap by_entries(const scope& a, const scope& b) {
  auto shared = in_common(entries(a), entries(b));
  if (shared.empty())
    return {};
  return {overlap_certainty::certain, overlap_basis::listed_entries, std::move(shared)};
}

scope_overlap by_patterns(const scope& a, const scope& b) {
  const auto p = pattern_of(a), q = pattern_of(b);
  const auto meet = patterns_intersect(p, q);
  if (meet == verdict::no)
    return {};
  const auto least = narrower(p, q);
  auto shared = least ? sorted_names{*least} : sorted_names{std::min(p, q), std::max(p, q)};
  if (meet == verdict::undecidable)
    return {overlap_certainty::possible, overlap_basis::guess, std::move(shared)};
  return {overlap_certainty::certain, overlap_basis::patterns, std::move(shared)};
}

// Files and a pattern seem to touch similar resources when the pattern matches one of the paths (15.2.1.3-03).
scope_overlap guess_files_and_pattern(const scope& files, const scope& with_pattern) {
  const auto pattern = pattern_of(with_pattern);
  sorted_names matched;
  for (const auto& path : entries(files))
    if (pattern_matches(pattern, path) != verdict::no)
      matched.push_back(path);
  if (matched.empty())
    return {};
  return {overlap_certainty::possible, overlap_basis::guess, std::move(matched)};
}

// The part of `s` that stands for the shared URIs, where the registry tells which it is; else all of it (O-133).
scope part_behind(const scope& s, const sorted_names& shared_uris, const resource_registry* registry) {
  if (!registry || !is_listed(s.kind))
    return s;
  sorted_names kept, explained;
  for (const auto& name : entries(s)) {
    const auto uris = in_common(registry->uris_of(s.kind_text, name), shared_uris);
    if (uris.empty())
      continue;
    kept.push_back(name);
    explained.insert(explained.end(), uris.begin(), uris.end());
  }
  sort_each_once(explained);
  if (explained != shared_uris)
    return s;
  auto part = s.kind == scope_kind::file_set   ? file_set(std::move(kept))
              : s.kind == scope_kind::task_set ? task_set(std::move(kept))
                                               : entity_set(std::move(kept));
  part.canonical_uris = shared_uris;
  return part;
}

} // namespace

scope_overlap overlap(const scope& a, const scope& b, const resource_registry* registry) {
  if (a.kind == b.kind && is_listed(a.kind))
    return by_entries(a, b);
  const auto uris_a = resolve(a, registry), uris_b = resolve(b, registry);
  if (auto shared = in_common(uris_a.uris, uris_b.uris); !shared.empty())
    return {overlap_certainty::certain, overlap_basis::canonical_uris, std::move(shared)};
  if (a.kind == scope_kind::resource_path && b.kind == scope_kind::resource_path)
    return by_patterns(a, b);
  if (uris_a.complete && uris_b.complete)
    return {};
  if (a.kind == scope_kind::file_set && b.kind == scope_kind::resource_path)
    return guess_files_and_pattern(a, b);
  if (a.kind == scope_kind::resource_path && b.kind == scope_kind::file_set)
    return guess_files_and_pattern(b, a);
  return {overlap_certainty::possible, overlap_basis::guess, {}};
}

std::vector<scope> shared_parts(const scope& a, const scope& b, const resource_registry* registry) {
  auto shared = overlap(a, b, registry);
  if (!shared)
    return {};
  if (shared.basis == overlap_basis::canonical_uris)
    return {part_behind(a, shared.shared, registry), part_behind(b, shared.shared, registry)};
  if (shared.basis == overlap_basis::patterns && shared.shared.size() == 1)
    return {resource_path(std::move(shared.shared.front()))};
  if (shared.basis == overlap_basis::listed_entries) {
    if (a.kind == scope_kind::file_set)
      return {file_set(std::move(shared.shared))};
    return {a.kind == scope_kind::task_set ? task_set(std::move(shared.shared)) : entity_set(std::move(shared.shared))};
  }
  if (a.kind != b.kind && !shared.shared.empty()) // the files that a pattern of the other matches
    return {file_set(std::move(shared.shared))};
  return {a, b};
}

} // namespace mpac::protocol
