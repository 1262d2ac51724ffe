// What a scope of files says of dependencies in its `extensions`, as newer clients compute it (SPEC 17.5
// `dependency_breakage`, 21.1), and which of them an edit may break.
#pragma once

#include "protocol/scope.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mpac::protocol {

/// The members that the hub understands; those of another kind than expected count as absent.
struct dependency_claims {
  using symbols = std::vector<std::string>;

  std::vector<std::string> impact; ///< files that import what this scope edits, normalised
  symbols affects;                 ///< `affects_symbols`: what will change; empty: undeclared
  /// `impact_symbols`: what an importing file uses of it; absent: unknown, so anything.
  std::map<std::string, symbols, std::less<>> uses;
  symbols depends_on; ///< `depends_on_symbols`: what this scope's files will begin to use

  [[nodiscard]] bool empty() const noexcept { return impact.empty() && depends_on.empty(); }
};

/// Reads them from the extensions of a `file_set`; nothing from other kinds.
[[nodiscard]] std::optional<dependency_claims> dependency_claims_of(const scope& s);

/// A file that may break, and the symbols it may break by; without them nobody has said which.
struct broken_dependency {
  std::string file;
  std::optional<dependency_claims::symbols> symbols;

  friend bool operator==(const broken_dependency&, const broken_dependency&) = default;
};

/// The files of `importer` that an edit with these claims reaches, sorted. `more` is what the importer says itself.
[[nodiscard]] std::vector<broken_dependency> broken_by(const dependency_claims& edit, const scope& importer,
                                                       const dependency_claims* more);

/// The symbols that two lists have in common, sorted: spelt alike, alike in their last segment, or of one class. The
/// longer spelling of the two is given.
[[nodiscard]] dependency_claims::symbols common_symbols(std::span<const std::string> edited,
                                                        std::span<const std::string> used);

} // namespace mpac::protocol
