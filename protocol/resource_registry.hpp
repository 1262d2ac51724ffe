// The session's resource registry (SPEC 15.2.3): which canonical URIs the entries of scopes stand for.
#pragma once

#include "protocol/scope.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mpac::protocol {

/// One way to write a resource: as `value` in a scope of `kind`.
struct resource_alias {
  std::string kind;
  std::string value;

  friend bool operator==(const resource_alias&, const resource_alias&) = default;
};

/// One resource: `resource_registry.mappings[]` of the session metadata.
struct resource_mapping {
  std::string canonical_uri;
  std::vector<resource_alias> aliases;

  friend bool operator==(const resource_mapping&, const resource_mapping&) = default;
};

/// Looks up canonical URIs. An immutable value: safe to share between threads.
class resource_registry {
public:
  resource_registry() = default;
  explicit resource_registry(std::vector<resource_mapping> mappings);

  /// The mappings as declared, for SESSION_INFO (O-016).
  [[nodiscard]] const std::vector<resource_mapping>& mappings() const noexcept { return mappings_; }

  /// The URIs of one scope entry, sorted, each once; paths and patterns are normalised before they are looked up.
  [[nodiscard]] std::vector<std::string> uris_of(std::string_view kind, std::string_view value) const;

  /// The URIs of an operation's target, which names no kind: those of every alias so written (O-115).
  [[nodiscard]] std::vector<std::string> uris_of_target(std::string_view target) const;

private:
  std::vector<resource_mapping> mappings_;
  std::vector<std::string> kinds_;                                     // those that occur, each once
  std::unordered_map<std::string, std::vector<std::string>> by_alias_; // kind, NUL, value -> URIs
};

/// The URIs of a scope, sent and found in the registry.
struct resolved_uris {
  std::vector<std::string> uris; ///< sorted, each once
  /// True when they stand for the whole scope: the sender gave them, or the registry knows every entry. Only then does
  /// having none in common mean anything.
  bool complete = false;
};

/// Resolves a scope (SPEC 15.2.3-03). `registry` may be null.
[[nodiscard]] resolved_uris resolve(const scope& s, const resource_registry* registry);

} // namespace mpac::protocol
