// How many connections an address has and how fast it makes new ones, in a book that forgets who behaves.
#pragma once

#include "base/clock.hpp"
#include "net/peer_address.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace mpac::net {

struct address_limits {
  std::size_t connections = 0;   ///< at once; 0: any number
  double handshakes_per_sec = 0; ///< in the long run; 0: any
};

/// So many seconds' worth of handshakes may come at once: a crowd that starts together, or comes back after a restart.
inline constexpr double handshake_burst_seconds = 10;

/// Thread-safe. An IPv6 address counts as its /64, which is what one customer has; IPv4 within IPv6 as IPv4.
class address_book : public std::enable_shared_from_this<address_book> {
public:
  enum class answer : std::uint8_t { welcome, too_many, too_often };
  struct verdict {
    answer what = answer::welcome;
    std::shared_ptr<void> place; ///< counts as a connection of the address while it lives; may be null
  };

  [[nodiscard]] verdict arrives(const peer_address& who, const address_limits& limits, base::instant now);

  /// How many addresses are remembered: those with connections, and of the others at most `most_strangers`.
  [[nodiscard]] std::size_t size() const;

  static constexpr std::size_t most_strangers = 65'536;

private:
  using key = std::pair<bool, std::uint64_t>; // IPv6, and what counts of the address
  struct page {
    std::size_t connections = 0;
    double tokens = 0;
    base::instant when{}; // of the tokens
  };

  [[nodiscard]] static key key_of(const peer_address& who);
  void leaves(const key& who);
  void forget(const address_limits& limits, base::instant now);

  mutable std::mutex guard_;
  std::map<key, page> pages_;
  std::size_t forget_at_ = 1024;
};

} // namespace mpac::net
