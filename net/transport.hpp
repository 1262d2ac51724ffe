// The seam below frames: where bytes come from and go to. Plain TCP lives here, TLS in tls_transport.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <sys/uio.h>

namespace mpac::net {

enum class io_state : std::uint8_t {
  moved,       ///< `bytes` of them, at least one (but see write_some)
  would_block, ///< not now; readiness will tell
  ended,       ///< the peer has finished sending
  failed,      ///< the stream is dead
};

struct io_outcome {
  io_state state = io_state::failed;
  std::size_t bytes = 0;
  bool is_last = false; ///< of a read: the peer has finished sending behind these bytes
};

/// A byte stream that never blocks. Owns its descriptor and closes it when destroyed. Used by one loop's thread.
class transport {
public:
  virtual ~transport() = default;

  /// Takes what has arrived, as much as fits. Fewer bytes than fit means that nothing more is there.
  virtual io_outcome read_some(std::span<char> into) = 0;

  /// Gives the pieces to the system in one call, behind what the stream holds back. Without pieces it sends only that,
  /// and has then moved no bytes.
  virtual io_outcome write_some(std::span<const iovec> pieces) = 0;

  /// Whether bytes of the stream's own wait until the system takes more: write_some() sends them once the descriptor
  /// is writable.
  [[nodiscard]] virtual bool holds_back() const noexcept { return false; }

  /// Tells the peer that nothing more will be sent; reading goes on.
  virtual void finish_sending() = 0;

  /// What readiness is asked of.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;
};

/// TCP as it is. Takes over the connected, non-blocking socket.
[[nodiscard]] std::unique_ptr<transport> plain_transport(int socket);

/// Puts something between a peer's stream and its connection, once the handshake is done: tests count there.
using transport_wrapping = std::function<std::unique_ptr<transport>(std::unique_ptr<transport> below)>;

} // namespace mpac::net
