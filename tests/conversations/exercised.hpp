// What conversations make the core do: rows of the transition tables taken, errors told, policy keys set.
#pragma once

#include "tests/conversations/conversation.hpp"
#include "tests/support/pure_house.hpp"

#include <set>
#include <string>

namespace mpac::tests {

/// Adds up what conversations exercise. A row of a transition table and an error code of SPEC 22.1 count only where the
/// conversation names the requirement; what is ours has none.
class exercised {
public:
  /// Takes in a conversation that was played to its end on this stage.
  void add(const conversation& played, const pure_house& on);

  /// Rows as "intent ACTIVE withdrawn 15.6.1-03".
  [[nodiscard]] const std::set<std::string>& rows() const noexcept { return rows_; }
  /// The same, wherever they were taken; for a message about what only lacks its tag.
  [[nodiscard]] const std::set<std::string>& untagged_rows() const noexcept { return untagged_rows_; }
  /// Codes of PROTOCOL_ERROR that the coordinator sent, and their ids: those of SPEC 22.1 stand in its order.
  [[nodiscard]] const std::set<std::string>& errors() const noexcept { return errors_; }
  /// Policy keys that had another value than the default.
  [[nodiscard]] const std::set<std::string>& policy_keys() const noexcept { return policy_keys_; }

private:
  std::set<std::string> rows_, untagged_rows_, errors_, policy_keys_;
};

/// All rows of the three tables, in the same words.
[[nodiscard]] std::set<std::string> all_rows();

} // namespace mpac::tests
