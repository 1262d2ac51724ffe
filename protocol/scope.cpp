#include "protocol/scope.hpp"

#include "protocol/scope_path.hpp"
#include "protocol/sorted_names.hpp"

#include <tuple>

namespace mpac::protocol {

namespace {

scope scope_of(scope_kind kind) {
  scope s;
  s.kind = kind;
  s.kind_text = to_word(kind);
  return s;
}

std::optional<std::string> problems_of_list(const std::vector<std::string>& names, std::string_view member) {
  if (names.empty())
    return "scope." + std::string(member) + " is empty";
  return std::nullopt;
}

std::optional<std::string> problems_of_paths(const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (normalised(paths[i]).empty())
      return "scope.resources[" + std::to_string(i) + "] names no path: \"" + paths[i] + "\"";
  return problems_of_list(paths, "resources");
}

std::optional<std::string> problems_of_text(const std::optional<std::string>& text, std::string_view member) {
  if (!text)
    return "scope." + std::string(member) + " is missing";
  return std::nullopt;
}

std::optional<std::string> problems_of_pattern(const std::optional<std::string>& pattern) {
  if (pattern && normalised(*pattern).empty())
    return "scope.pattern names no path: \"" + *pattern + "\"";
  return problems_of_text(pattern, "pattern");
}

} // namespace

scope_kind scope_kind_of(std::string_view word) noexcept {
  return from_word<scope_kind>(word).value_or(scope_kind::unknown);
}

scope file_set(std::vector<std::string> resources) {
  scope s = scope_of(scope_kind::file_set);
  s.resources = std::move(resources);
  return s;
}

scope resource_path(std::string pattern) {
  scope s = scope_of(scope_kind::resource_path);
  s.pattern = std::move(pattern);
  return s;
}

scope task_set(std::vector<std::string> task_ids) {
  scope s = scope_of(scope_kind::task_set);
  s.task_ids = std::move(task_ids);
  return s;
}

scope entity_set(std::vector<std::string> entities) {
  scope s = scope_of(scope_kind::entity_set);
  s.entities = std::move(entities);
  return s;
}

std::vector<std::string> entries(const scope& s) {
  std::vector<std::string> names;
  switch (s.kind) {
  case scope_kind::file_set:
    names.reserve(s.resources.size());
    for (const auto& path : s.resources)
      names.push_back(normalised(path));
    break;
  case scope_kind::resource_path:
    if (s.pattern)
      names.push_back(normalised(*s.pattern));
    break;
  case scope_kind::task_set:
    names = s.task_ids;
    break;
  case scope_kind::entity_set:
    names = s.entities;
    break;
  case scope_kind::query:
  case scope_kind::custom:
  case scope_kind::unknown:
    break;
  }
  sort_each_once(names);
  return names;
}

std::optional<std::string> problems(const scope& s) {
  switch (s.kind) {
  case scope_kind::file_set:
    return problems_of_paths(s.resources);
  case scope_kind::resource_path:
    return problems_of_pattern(s.pattern);
  case scope_kind::task_set:
    return problems_of_list(s.task_ids, "task_ids");
  case scope_kind::entity_set:
    return problems_of_list(s.entities, "entities");
  case scope_kind::query:
    if (auto missing = problems_of_text(s.expression, "expression"))
      return missing;
    return problems_of_text(s.language, "language");
  case scope_kind::custom:
    return std::nullopt;
  case scope_kind::unknown:
    if (s.kind_text.empty())
      return "scope.kind is empty";
    return std::nullopt;
  }
  return std::nullopt;
}

bool same_scope(const scope& a, const scope& b) {
  if (a.kind != b.kind || a.kind_text != b.kind_text)
    return false;
  if (!is_opaque(a.kind))
    return entries(a) == entries(b);
  auto uris_a = a.canonical_uris, uris_b = b.canonical_uris;
  sort_each_once(uris_a);
  sort_each_once(uris_b);
  return std::tie(a.expression, a.language, a.extensions, uris_a) ==
         std::tie(b.expression, b.language, b.extensions, uris_b);
}

} // namespace mpac::protocol
