// How somebody stands to a conflict: what is disputed, whose it is, and who may decide it (SPEC 18.2, 18.4).
#pragma once

#include "protocol/conflict.hpp"
#include "protocol/session.hpp"

#include <vector>

namespace mpac::protocol::rules {

/// What a conflict is about, as scopes: those of its intents, and the targets of its operations.
struct disputed {
  std::vector<scope> scopes;
  std::vector<scope> targets;
};
[[nodiscard]] disputed what_is_disputed(const conflict_record& conflict, const session& facts);

/// Whether one of the intents or operations is theirs, or the report named them.
[[nodiscard]] bool owns_part_of(const conflict_record& conflict, const principal_id& who, const session& facts);

/// The decision rights of somebody in this one conflict. An owner for whom the role policy lists scopes decides where
/// they are touched (O-124); parties decide where the policy lets them (O-126).
[[nodiscard]] rights rights_in(const conflict_record& conflict, const participant_record& who, const session& facts);

} // namespace mpac::protocol::rules
