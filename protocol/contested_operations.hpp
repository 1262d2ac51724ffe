// The operations of a session that were applied and refused afterwards (SPEC 7.8, 18.4), until something undoes them.
#pragma once

#include "protocol/ids.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// The newest of them, up to a limit; there are none as a rule.
class contested_operations {
public:
  struct entry {
    protocol::op_id op_id;
    std::string target;
    std::optional<std::string> state_ref_before; ///< a commit that brings the target back to it undoes the operation
    std::optional<std::string> rollback;         ///< id of the operation or the message that is to undo it
  };
  /// A commit, as far as it may undo something.
  struct remedy {
    const protocol::op_id& op_id;
    const message_id& message;
    const std::string& target;
    const std::optional<std::string>& state_ref_after;
  };

  explicit contested_operations(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] const std::vector<entry>& all() const noexcept { return entries_; } ///< oldest first
  /// Those that a commit undoes, oldest first.
  [[nodiscard]] std::vector<op_id> undone_by(const remedy& commit) const;

  /// One that is there already only learns what is to undo it.
  void add(entry what);
  void drop(const op_id& id);

private:
  std::size_t limit_;
  std::vector<entry> entries_;
};

} // namespace mpac::protocol
