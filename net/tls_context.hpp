// What TLS is spoken with: certificate, key and terms, checked once and shared by all handshakes that follow.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace mpac::net {

enum class tls_version : std::uint8_t { v1_2, v1_3 };

/// What is asked of clients. Whoever shows a certificate proves that he holds its key, in each of these cases.
enum class client_certificate : std::uint8_t {
  not_asked,
  of_anybody,  ///< asked for, and taken whoever issued it: who it is, others find out
  if_verified, ///< asked for; one that is shown must lead to `client_ca`
  required,    ///< the same, and nobody comes in without
};

/// PEM text and the name that errors call it by.
struct named_pem {
  std::string text;
  std::string name; ///< such as `listen.tls.cert_file '/etc/mpac/cert.pem'`
};

struct tls_terms {
  named_pem certificates = {}; ///< the server's own, then what leads to its root
  named_pem private_key = {};  ///< not encrypted
  named_pem client_ca = {};    ///< who may issue clients' certificates
  client_certificate ask = client_certificate::not_asked;
  tls_version least = tls_version::v1_3;
};

/// Immutable. Connections keep the one they began with.
class tls_context {
public:
  /// The error is a sentence that names what is wrong, and holds nothing of the key. No compression, no renegotiation,
  /// no early data; sessions are resumed only where no certificate is asked for.
  [[nodiscard]] static base::result<std::shared_ptr<const tls_context>, std::string> of_server(const tls_terms& terms);

  /// For the other side: trusts whom `authorities` names, and nobody else.
  [[nodiscard]] static base::result<std::shared_ptr<const tls_context>, std::string>
  of_client(const named_pem& authorities);

  ~tls_context();

  [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_; }
  /// When the server's own certificate ends to be valid; 0 of a client.
  [[nodiscard]] std::time_t valid_until() const noexcept { return valid_until_; }

  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

private:
  explicit tls_context(ssl_ctx_st* context) noexcept : context_(context) {}

  ssl_ctx_st* context_;
  std::time_t valid_until_ = 0;
};

} // namespace mpac::net
