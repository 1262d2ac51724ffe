// What is frozen in a session (SPEC 18.6.2), found by target and by scope.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/scope.hpp"
#include "protocol/scope_index.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mpac::protocol {

/// The frozen parts of the scopes of unresolved conflicts. A look at a target costs as much as what is frozen there,
/// and nothing while nothing is frozen anywhere.
class frozen_scopes {
public:
  /// One scope, and the conflict that froze it.
  struct part {
    conflict_id of;
    protocol::scope scope;
  };
  using listing = std::vector<const part*>;

  /// `registry` may be null.
  explicit frozen_scopes(std::shared_ptr<const resource_registry> registry = nullptr) : index_(std::move(registry)) {}

  [[nodiscard]] bool empty() const noexcept { return index_.size() == 0; }
  /// The parts an operation on `target` would touch.
  [[nodiscard]] listing at(std::string_view target) const;
  /// The parts that `s` overlaps for certain, and the frozen files that its pattern matches.
  [[nodiscard]] listing touching(const scope& s) const;
  /// Whether all of `s` is frozen.
  [[nodiscard]] bool hold(const scope& s) const;

  void add(const conflict_id& by, const std::vector<scope>& parts);
  void remove(const conflict_id& by);

private:
  using slot = scope_index::slot;
  [[nodiscard]] listing near(const scope& s) const;
  void append(std::vector<slot>& found, const scope& probe, guesses wanted = guesses::left_out) const;
  [[nodiscard]] listing parts_at(std::vector<slot> slots) const;

  std::vector<std::optional<part>> parts_;
  std::vector<slot> free_;
  std::unordered_map<conflict_id, std::vector<slot>> of_;
  std::unordered_map<std::string, std::vector<slot>> opaque_; // by kind and expression: such scopes equal or nothing
  scope_index index_;
};

} // namespace mpac::protocol
