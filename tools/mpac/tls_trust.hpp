// Whom mpac believes over TLS where it visits nobody's session: the authorities of a file, or those of the system.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace mpac::tools {

/// As client::tls_terms; an empty `ca_file` is the system's. The error names the file.
[[nodiscard]] base::result<std::shared_ptr<boost::asio::ssl::context>, std::string>
tls_trust(const std::string& ca_file);

} // namespace mpac::tools
