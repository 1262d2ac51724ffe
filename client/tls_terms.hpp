// The terms of TLS for whoever connects from here, to a hub or to a model: whom to believe, and what to show.
#pragma once

#include "base/result.hpp"
#include "client/options.hpp"

#include <memory>
#include <string>

struct ssl_st; // SSL

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace mpac::client {

/// TLS 1.2 and later. The error names the member of `how` that can't be used.
[[nodiscard]] base::result<std::shared_ptr<boost::asio::ssl::context>, std::string> tls_terms(const tls_options& how);

/// Asks for `host`, a name or an address, and where certificates are verified takes that of nobody else. Before the
/// handshake. False when there is no memory for it.
[[nodiscard]] bool expect_host(ssl_st* connection, const std::string& host);

} // namespace mpac::client
