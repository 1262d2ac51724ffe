// Who was not let in, and why: counted for the metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace mpac::net {

enum class refused : std::uint8_t {
  full,                ///< listen.max_connections are taken, or the house closes
  address_connections, ///< limits.connections_per_address
  address_rate,        ///< limits.handshakes_per_address_per_sec
  handshake_timeout,   ///< listen.handshake_timeout_sec was over before the handshake was
  tls,                 ///< the TLS handshake failed
  origin,              ///< a page of a site that is neither ours nor in listen.allowed_origins
  request,             ///< the HTTP request was none, too long, or no upgrade to a WebSocket
};
inline constexpr std::size_t refused_kinds = 7;

/// Why the admin listener, or the house behind it, did not do what it was asked.
enum class admin_refused : std::uint8_t {
  no_token,    ///< it needs one, and none was shown
  wrong_token, ///< one was shown that is not the right one
  too_often,   ///< from an address that has shown wrong ones too often
  origin,      ///< a page of another site
  host,        ///< asked under a name that is not this machine's
  connections, ///< as many as may be are open: closed without a word
  busy,        ///< the house has as much of it under way as it may have; it says so itself
};
inline constexpr std::size_t admin_refused_kinds = 7;

using refusal_figures = std::array<std::uint64_t, refused_kinds>;

/// Thread-safe.
class refusals {
public:
  void count(refused why) noexcept { of_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] refusal_figures read() const noexcept {
    refusal_figures figures{};
    for (std::size_t i = 0; i < refused_kinds; ++i)
      figures[i] = of_[i].load(std::memory_order_relaxed);
    return figures;
  }

private:
  std::array<std::atomic<std::uint64_t>, refused_kinds> of_{};
};

} // namespace mpac::net
