// The members of a scope's `extensions` that tell of dependencies, read and written (SPEC 21.1).
#pragma once

#include "protocol/dependency_claims.hpp"
#include "protocol/json_text.hpp"

#include <span>
#include <string_view>

namespace mpac::protocol {

/// Reads valid JSON text of one object; what is not of the expected kind is left out.
[[nodiscard]] dependency_claims read_dependency_members(std::string_view extensions);

/// `dependency_detail` of CONFLICT_REPORT, as existing clients read it: `ab` is what the edit of the first breaks for
/// the second, `ba` the other way; each only where there is something.
[[nodiscard]] json_text dependency_detail(std::span<const broken_dependency> ab, std::span<const broken_dependency> ba);

} // namespace mpac::protocol
