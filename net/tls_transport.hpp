// TLS in the place of plain TCP (RFC 8446, RFC 5246), with no more system calls than that takes.
#pragma once

#include "net/tls_context.hpp"
#include "net/transport.hpp"

#include <memory>
#include <string>

namespace mpac::net {

/// A stream of TLS records. The handshake happens within read_some(), which says `would_block` until it is done;
/// nothing may be written before. A stream that ends without the peer's close_notify has failed: somebody may have cut
/// it off.
///
/// One read is one system call, of which everything is decrypted at once; one write fills whole records and is one
/// system call. A read that has to answer (handshake, key update, alert) and a write that the system does not take
/// leave bytes behind, see holds_back(). Destroying it says close_notify if the stream is sound.
class tls_transport : public transport {
public:
  /// The handshake is done: the peer has proven whatever was asked of it.
  [[nodiscard]] virtual bool is_established() const noexcept = 0;
  /// DER of the certificate whose key the peer has proven to hold; empty: none.
  [[nodiscard]] virtual std::string peer_certificate() const = 0;
  /// Why the stream failed, in OpenSSL's words; empty while it has not.
  [[nodiscard]] virtual const std::string& failure() const noexcept = 0;
  /// It failed because the peer spoke HTTP without TLS. Nothing has been answered yet.
  [[nodiscard]] virtual bool met_plain_http() const noexcept = 0;
};

/// The server's side. Takes over the connected, non-blocking socket, unless it throws (std::bad_alloc).
[[nodiscard]] std::unique_ptr<tls_transport> tls_server(int socket, std::shared_ptr<const tls_context> context);

/// The client's side; the server's certificate must be for `host`, a name or an address.
[[nodiscard]] std::unique_ptr<tls_transport> tls_client(int socket, std::shared_ptr<const tls_context> context,
                                                        const std::string& host);

} // namespace mpac::net
