// The key that maps the entries of scopes to canonical URIs (SPEC 15.2.3).
#pragma once

#include "config/key.hpp"

namespace mpac::config {

/// Replaces the registry by `mappings`, a list of `{canonical_uri, aliases = [{kind, value}]}`; an empty section leaves
/// it as it is.
void assign_resource_registry(protocol::session_policy& to, const node& from, const key<protocol::session_policy>& self,
                              const std::string& shown, problems& found);

/// The registry as a table, empty when there is none.
[[nodiscard]] node give_resource_registry(const protocol::session_policy& from);

} // namespace mpac::config
