#include "protocol/resource_registry.hpp"

#include "protocol/scope_path.hpp"
#include "protocol/sorted_names.hpp"

#include <utility>

namespace mpac::protocol {

namespace {

std::string key_of(std::string_view kind, std::string_view value) {
  const auto known = scope_kind_of(kind);
  std::string key(kind);
  key.push_back('\0');
  if (known == scope_kind::file_set || known == scope_kind::resource_path)
    key += normalised(value);
  else
    key += value;
  return key;
}

} // namespace

resource_registry::resource_registry(std::vector<resource_mapping> mappings) : mappings_(std::move(mappings)) {
  for (const auto& mapping : mappings_)
    for (const auto& alias : mapping.aliases) {
      kinds_.push_back(alias.kind);
      by_alias_[key_of(alias.kind, alias.value)].push_back(mapping.canonical_uri);
    }
  sort_each_once(kinds_);
  for (auto& [key, uris] : by_alias_)
    sort_each_once(uris);
}

std::vector<std::string> resource_registry::uris_of(std::string_view kind, std::string_view value) const {
  const auto found = by_alias_.find(key_of(kind, value));
  return found == by_alias_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> resource_registry::uris_of_target(std::string_view target) const {
  std::vector<std::string> uris;
  for (const auto& kind : kinds_) {
    const auto more = uris_of(kind, target);
    uris.insert(uris.end(), more.begin(), more.end());
  }
  sort_each_once(uris);
  return uris;
}

resolved_uris resolve(const scope& s, const resource_registry* registry) {
  resolved_uris result{s.canonical_uris, !s.canonical_uris.empty()};
  if (registry) {
    // What a query or an unknown kind names can't be looked up, but a query's expression can be an alias as a whole.
    const auto names = s.kind == scope_kind::query && s.expression ? std::vector{*s.expression} : entries(s);
    bool knows_all = !names.empty();
    for (const auto& name : names) {
      const auto uris = registry->uris_of(s.kind_text, name);
      knows_all = knows_all && !uris.empty();
      result.uris.insert(result.uris.end(), uris.begin(), uris.end());
    }
    result.complete = result.complete || knows_all;
  }
  sort_each_once(result.uris);
  return result;
}

} // namespace mpac::protocol
