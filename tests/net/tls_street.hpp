// The street behind TLS: clients made with OpenSSL alone, which can also do what one must not.
#pragma once

#include "tests/net/street.hpp"
#include "tests/support/certificates.hpp"

#include <memory>
#include <optional>
#include <string>

struct ssl_st;

namespace mpac::net::street {

struct secure_terms {
  const tests::identity* shows = nullptr; ///< the client's own certificate
  std::string trusts = {};                ///< PEM of the authority; empty: anybody
  int version = 0;                        ///< of TLS: 12 or 13; 0: whatever is agreed on
  std::string protocols = {};             ///< ALPN, as it is on the wire
  bool may_fail = false;                  ///< the handshake
};

/// A TLS client that waits, but not for ever.
class secure_client : public tcp_client {
public:
  explicit secure_client(std::uint16_t port, const secure_terms& terms = {}, int receive_buffer = 0);
  ~secure_client() override;

  void send(std::string_view bytes) override;
  /// Some bytes; empty at the end of the stream, by close_notify or without, or when it broke.
  std::string receive() override;

  [[nodiscard]] bool is_established() const noexcept { return established_; }
  [[nodiscard]] bool got_close_notify() const;
  [[nodiscard]] std::string version() const;
  [[nodiscard]] bool was_resumed() const;
  /// What broke it, in OpenSSL's words.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  void say_close_notify();
  /// Asks for keys to be changed: both sides' if `both`.
  void update_keys(bool both);
  /// Begins a handshake within the connection (TLS 1.2); returns once that has been refused, or has succeeded.
  [[nodiscard]] bool renegotiate();
  /// Past TLS.
  void send_raw(std::string_view bytes) { tcp_client::send(bytes); }
  std::string receive_raw() { return tcp_client::receive(); }

private:
  void note_failure();

  ssl_st* ssl_ = nullptr;
  bool established_ = false;
  std::string failure_;
};

/// A WebSocket client over TLS.
class secure_web_client : public web_client_on<secure_client> {
public:
  explicit secure_web_client(std::uint16_t port, const secure_terms& terms = {},
                             std::string_view target = "/session/one", std::string_view behind_request = {},
                             int receive_buffer = 0)
      : web_client_on(target, behind_request, {}, port, terms, receive_buffer) {}
};

/// A context out of identities.
[[nodiscard]] std::shared_ptr<const tls_context> context_of(const tests::identity& server, tls_terms terms = {});

/// Short timeouts, and TLS.
[[nodiscard]] listen_options secure_options(std::shared_ptr<const tls_context> context);

} // namespace mpac::net::street
