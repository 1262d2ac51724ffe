// Whom mpac believes over TLS: the authorities of a file, or those of the system; and only under the name asked for.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>

struct ssl_st; // SSL

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace mpac::tools {

/// For clients, TLS 1.2 and 1.3, verifying whoever answers. The error names the file.
[[nodiscard]] base::result<std::shared_ptr<boost::asio::ssl::context>, std::string>
tls_trust(const std::string& ca_file);

/// Asks for `host`, a name or an address, and believes no certificate of anybody else. Before the handshake.
void expect_name(ssl_st* connection, const std::string& host);

} // namespace mpac::tools
