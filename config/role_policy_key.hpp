// The one key that is a whole section of free names: who may have which role (SPEC 23.1.5).
#pragma once

#include "config/key.hpp"

namespace mpac::config {

/// Adds what is written to the role policy; an empty section leaves it as it is.
void assign_role_policy(protocol::session_policy& to, const node& from, const key<protocol::session_policy>& self,
                        const std::string& shown, problems& found);

/// The role policy as a table, empty when there is none.
[[nodiscard]] node give_role_policy(const protocol::session_policy& from);

} // namespace mpac::config
