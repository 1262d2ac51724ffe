// What went through a listener, counted for the metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace mpac::net {

enum class counted : std::uint8_t {
  opened,         ///< connections let in
  ended,          ///< connections gone
  messages_in,    ///< messages handed to the house
  frames_out,     ///< frames queued for peers
  bytes_in,       ///< bytes read
  bytes_out,      ///< bytes written
  reads,          ///< system calls that read
  writes,         ///< system calls that wrote
  slow_consumers, ///< connections closed 1013
  silent_peers,   ///< connections dropped for saying nothing
  too_large,      ///< connections closed 1009: listen.max_message_bytes, or too many fragments
  never_admitted, ///< connections closed 1008: listen.hello_timeout_sec was over
};
inline constexpr std::size_t counted_kinds = 12;

/// A reading of all counters. They are read one by one: sums that should agree may be off by what is under way.
struct traffic_figures {
  std::array<std::uint64_t, counted_kinds> of{};

  [[nodiscard]] std::uint64_t operator[](counted what) const noexcept { return of[static_cast<std::size_t>(what)]; }
  traffic_figures& operator+=(const traffic_figures& other) noexcept {
    for (std::size_t i = 0; i < counted_kinds; ++i)
      of[i] += other.of[i];
    return *this;
  }
};

/// Counters with one writer, its loop; anybody may read.
class traffic {
public:
  void count(counted what, std::uint64_t more = 1) noexcept {
    auto& counter = of_[static_cast<std::size_t>(what)];
    counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  [[nodiscard]] traffic_figures read() const noexcept {
    traffic_figures figures;
    for (std::size_t i = 0; i < counted_kinds; ++i)
      figures.of[i] = of_[i].load(std::memory_order_relaxed);
    return figures;
  }

private:
  std::array<std::atomic<std::uint64_t>, counted_kinds> of_{};
};

} // namespace mpac::net
