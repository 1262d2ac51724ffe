// The seam below frames: where bytes come from and go to. Plain TCP lives here; TLS can be put in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <sys/uio.h>

namespace mpac::net {

enum class io_state : std::uint8_t {
  moved,       ///< `bytes` of them, at least one
  would_block, ///< not now; readiness will tell
  ended,       ///< the peer has finished sending
  failed,      ///< the stream is dead
};

struct io_outcome {
  io_state state = io_state::failed;
  std::size_t bytes = 0;
};

/// A byte stream that never blocks. Owns its descriptor and closes it when destroyed. Used by one loop's thread.
class transport {
public:
  virtual ~transport() = default;

  /// Takes what has arrived, as much as fits. Fewer bytes than fit means that nothing more is there.
  virtual io_outcome read_some(std::span<char> into) = 0;

  /// Gives the pieces to the system in one call.
  virtual io_outcome write_some(std::span<const iovec> pieces) = 0;

  /// Tells the peer that nothing more will be sent; reading goes on.
  virtual void finish_sending() = 0;

  /// What readiness is asked of.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;
};

/// TCP as it is. Takes over the connected, non-blocking socket.
[[nodiscard]] std::unique_ptr<transport> plain_transport(int socket);

/// Makes the transport of an accepted socket; tests put their own in between.
using transport_maker = std::function<std::unique_ptr<transport>(int socket)>;

} // namespace mpac::net
