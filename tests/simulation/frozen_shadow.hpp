// What is frozen in a session (SPEC 18.6.2), kept without any index: the yardstick of the one that has one.
#pragma once

#include "protocol/event.hpp"

#include <string_view>
#include <vector>

namespace mpac::tests {

class frozen_shadow {
public:
  struct part {
    protocol::conflict_id of;
    protocol::scope scope;
    std::optional<protocol::intent_id> passing; ///< whose operations may pass (SPEC 18.6.2.1, phase 2)
  };
  using listing = std::vector<const part*>;

  void follow(const protocol::scope_frozen& e);
  void follow(const protocol::conflict_ended& e);

  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
  /// The parts that an operation on `target` touches. `registry` may be null.
  [[nodiscard]] listing at(std::string_view target, const protocol::resource_registry* registry) const;
  /// Whether a scope lies wholly in what is frozen.
  [[nodiscard]] bool hold(const protocol::scope& s, const protocol::resource_registry* registry) const;

private:
  std::vector<part> parts_;
};

} // namespace mpac::tests
