// The scope object (SPEC 15.2): what an intent or an operation will touch, and how two scopes relate.
#pragma once

#include "protocol/word.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::protocol {

class resource_registry;

/// The kinds of SPEC 15.2. `unknown` is every other word: opaque, but kept as it was sent (15.2-04).
enum class scope_kind : std::uint8_t { file_set, resource_path, task_set, query, entity_set, custom, unknown };

template <>
struct word_list<scope_kind> {
  static constexpr std::array words{
      std::pair{scope_kind::file_set, std::string_view{"file_set"}},
      std::pair{scope_kind::resource_path, std::string_view{"resource_path"}},
      std::pair{scope_kind::task_set, std::string_view{"task_set"}},
      std::pair{scope_kind::query, std::string_view{"query"}},
      std::pair{scope_kind::entity_set, std::string_view{"entity_set"}},
      std::pair{scope_kind::custom, std::string_view{"custom"}},
  };
  static constexpr bool acted_on = false;
};

/// The kind a word on the wire names; `unknown` for a word that is not in SPEC 15.2.
[[nodiscard]] scope_kind scope_kind_of(std::string_view word) noexcept;

/// A scope as it was sent. Which members count depends on `kind`; the others are carried along untouched.
struct scope {
  scope_kind kind = scope_kind::unknown;
  std::string kind_text; ///< `kind` as sent
  std::vector<std::string> resources;
  std::optional<std::string> pattern;
  std::vector<std::string> task_ids;
  std::optional<std::string> expression, language;
  std::vector<std::string> entities;
  std::vector<std::string> canonical_uris;
  std::optional<std::string> extensions; ///< JSON text of one object

  friend bool operator==(const scope&, const scope&) = default;
};

/// Scopes of the kinds that need a single member, ready made.
[[nodiscard]] scope file_set(std::vector<std::string> resources);
[[nodiscard]] scope resource_path(std::string pattern);
[[nodiscard]] scope task_set(std::vector<std::string> task_ids);
[[nodiscard]] scope entity_set(std::vector<std::string> entities);

/// True for the kinds whose overlap is a set intersection and nothing else (SPEC 15.2.1.1).
[[nodiscard]] constexpr bool is_listed(scope_kind kind) noexcept {
  return kind == scope_kind::file_set || kind == scope_kind::task_set || kind == scope_kind::entity_set;
}

/// True for the kinds the hub can't look into: `query`, `custom` and unknown ones (SPEC 15.2.1.2, 15.2-04).
[[nodiscard]] constexpr bool is_opaque(scope_kind kind) noexcept {
  return !is_listed(kind) && kind != scope_kind::resource_path;
}

/// The names a scope lists, as they are compared: `resources` normalised (SPEC 15.2.1.1), `task_ids` or `entities` as
/// they are, sorted, each once. For `resource_path` the normalised pattern. Empty for opaque kinds.
[[nodiscard]] std::vector<std::string> entries(const scope& s);

/// What keeps a scope from being used, for the description of a MALFORMED_MESSAGE, or nothing: the member its kind
/// needs is missing or empty, or a path is empty once normalised (O-074, O-075).
[[nodiscard]] std::optional<std::string> problems(const scope& s);

/// True when both name the same, whatever the spelling (O-085: a scope announced again): the same entries of the same
/// kind, or for opaque kinds the same expression, language, extensions and URIs.
[[nodiscard]] bool same_scope(const scope& a, const scope& b);

/// How sure an overlap is. `possible` ones lead to an advisory report at most (O-077).
enum class overlap_certainty : std::uint8_t { none, possible, certain };

/// What an overlap was judged by.
enum class overlap_basis : std::uint8_t {
  nothing,        ///< there is no overlap
  listed_entries, ///< the same kind lists the same names, SPEC 15.2.1.1
  canonical_uris, ///< canonical URIs, sent or found in the registry, SPEC 15.2.2 and 15.2.3
  patterns,       ///< some resource matches both patterns, SPEC 15.2.1.2
  guess,          ///< nothing decides it: opaque or different kinds without URIs, or patterns too long to compare
};

/// How two scopes overlap.
struct scope_overlap {
  overlap_certainty certainty = overlap_certainty::none;
  overlap_basis basis = overlap_basis::nothing;
  std::vector<std::string> shared; ///< the names, URIs or patterns in common, sorted; for descriptions

  explicit operator bool() const noexcept { return certainty != overlap_certainty::none; }

  /// True when the overlap was decided exactly, so that the race lock of SPEC 15.3.2 applies (O-084: patterns and
  /// guesses stay advisory).
  [[nodiscard]] bool locks() const noexcept {
    return basis == overlap_basis::listed_entries || basis == overlap_basis::canonical_uris;
  }

  friend bool operator==(const scope_overlap&, const scope_overlap&) = default;
};

/// Judges two scopes (SPEC 15.2.1, 15.2.2). Two scopes of one listed kind are compared by their entries alone; all
/// other pairs by canonical URIs first, then by what their kinds allow (O-079). `registry` may be null. Symmetric.
[[nodiscard]] scope_overlap overlap(const scope& a, const scope& b, const resource_registry* registry = nullptr);

/// The scopes that describe what `a` and `b` share: what a conflict between them freezes (SPEC 18.6.2). Where the
/// shared part can't be written down as a scope it is both whole scopes (O-133). Empty when they do not overlap.
[[nodiscard]] std::vector<scope> shared_parts(const scope& a, const scope& b,
                                              const resource_registry* registry = nullptr);

/// An answer that the hub may be unable to give.
enum class verdict : std::uint8_t { no, yes, undecidable };

/// Is `inner` equal to `outer` or narrower? (Claims, SPEC 14.7.4 and O-070; frozen scopes, 18.6.2.)
/// `undecidable` where neither entries, patterns nor URIs tell.
[[nodiscard]] verdict contains(const scope& outer, const scope& inner, const resource_registry* registry = nullptr);

/// The same for several scopes taken together, such as the parts of a frozen scope: each name that `inner` lists may
/// lie in another part.
[[nodiscard]] verdict contains(std::span<const scope> parts, const scope& inner,
                               const resource_registry* registry = nullptr);

/// Does an operation on `target` lie inside `s`? (SPEC 16.9.) The target is compared normalised with files, by glob
/// with patterns, exactly with tasks and entities, and by URI or registry where available; opaque kinds without URIs
/// are `undecidable` (O-115).
[[nodiscard]] verdict covers_target(const scope& s, std::string_view target,
                                    const resource_registry* registry = nullptr);

} // namespace mpac::protocol
