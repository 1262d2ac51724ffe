// Finds the scopes that may overlap a given one without comparing with everyone (SPEC 15.2.1).
#pragma once

#include "protocol/scope.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// Whether `possible` overlaps are looked for too (O-077).
enum class guesses : bool { left_out, included };

/// The scopes of the live intents of one session, by the slots their owner gave them.
///
/// `candidates` finds every slot whose scope `overlap`s the given one, and some more; the caller judges each with
/// `overlap`. What listing kinds, patterns and URIs share is found by hash or by prefix, so live intents elsewhere cost
/// nothing. Only guesses walk over a population: the opaque scopes and those of other kinds that have no URIs.
/// A value type, for one thread at a time. Memory follows what is live.
class scope_index {
public:
  using slot = std::uint32_t;

  /// `registry` may be null.
  explicit scope_index(std::shared_ptr<const resource_registry> registry = nullptr) : registry_(std::move(registry)) {}

  /// Adds a scope. The slot must be free.
  void insert(slot at, const scope& s);

  /// Takes a scope out; it must equal the one that was inserted there.
  void erase(slot at, const scope& s);

  /// The slots to compare with, ascending, each once. Without `guesses` those missing could at most be `possible`.
  [[nodiscard]] std::vector<slot> candidates(const scope& s, guesses wanted = guesses::included) const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Whether any scope is of another kind than this one.
  [[nodiscard]] bool holds_other_than(scope_kind kind) const;
  [[nodiscard]] const resource_registry* registry() const noexcept { return registry_.get(); }

private:
  // Flat tables: a name among 100,000 costs one or two cache misses, where a node-based one costs a handful.
  using slots_by_name = boost::unordered_flat_map<std::string, std::vector<slot>>;
  using slots_by_prefix = std::map<std::string, std::vector<slot>, std::less<>>;
  // A kind, and whether its scopes' URIs are complete: two such populations are never guessed to overlap.
  using population = std::pair<scope_kind, bool>;

  struct keys; // what one scope is found by
  [[nodiscard]] keys keys_of(const scope& s) const;
  [[nodiscard]] slots_by_name* names_of(scope_kind kind) noexcept;
  [[nodiscard]] const slots_by_name* names_of(scope_kind kind) const noexcept;

  void find_patterns(std::string_view pattern, std::vector<slot>& found) const;
  void find_files(std::string_view pattern, std::vector<slot>& found) const;
  void find_populations(population mine, std::vector<slot>& found) const;

  std::shared_ptr<const resource_registry> registry_;
  slots_by_name files_, tasks_, entities_, uris_;
  slots_by_prefix patterns_;                                          // by the characters before the first wildcard
  std::map<population, boost::unordered_flat_set<slot>> populations_; // every slot once
  std::size_t size_ = 0;
};

} // namespace mpac::protocol
