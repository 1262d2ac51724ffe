#include "protocol/contested_operations.hpp"

#include "protocol/scope_path.hpp"

#include <algorithm>

namespace mpac::protocol {

std::vector<op_id> contested_operations::undone_by(const remedy& commit) const {
  std::vector<op_id> found;
  for (const auto& one : entries_) {
    if (one.op_id == commit.op_id)
      continue;
    const bool is_named =
        one.rollback && (*one.rollback == commit.op_id.str() || *one.rollback == commit.message.str());
    const bool brings_back = same_target(one.target, commit.target) && one.state_ref_before && commit.state_ref_after &&
                             !one.state_ref_before->empty() && *one.state_ref_before == *commit.state_ref_after;
    if (is_named || brings_back)
      found.push_back(one.op_id);
  }
  return found;
}

void contested_operations::add(entry what) {
  const auto known =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.op_id == what.op_id; });
  if (known != entries_.end()) {
    if (what.rollback)
      known->rollback = std::move(what.rollback);
    return;
  }
  entries_.push_back(std::move(what));
  if (entries_.size() > limit_)
    entries_.erase(entries_.begin());
}

void contested_operations::drop(const op_id& id) {
  if (!entries_.empty())
    std::erase_if(entries_, [&](const auto& e) { return e.op_id == id; });
}

} // namespace mpac::protocol
