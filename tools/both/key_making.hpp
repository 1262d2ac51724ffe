// Makes a key and tells what to configure (SPEC 23.1.3.1): `mpac-cluster --generate-key`, `mpac keygen`.
#pragma once

#include "base/result.hpp"
#include "security/key_generation.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::tools {

/// "ed25519" or "p256".
[[nodiscard]] std::optional<security::key_type> key_type_of(std::string_view word);

/// Makes a key that is valid from now on, as `security::write_key_pair` does.
[[nodiscard]] base::result<security::key_files, std::string> make_key(security::key_holder holder,
                                                                      security::key_type type,
                                                                      const std::string& common_name, int valid_days,
                                                                      const std::string& folder);

/// What was made, and what a hub is to be told of it.
void describe(const security::key_files& made, security::key_holder holder, const std::string& common_name,
              std::ostream& out);

} // namespace mpac::tools
