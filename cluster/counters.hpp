// The counters behind the metrics: each thread adds to its own, a reader sums them up.
#pragma once

#include "cluster/given.hpp"
#include "net/refusals.hpp"
#include "protocol/error_code.hpp"
#include "protocol/message_kind.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mpac::cluster {

// What is counted has a fixed number of labels, so that each counter's place is known when the program is compiled.

inline constexpr std::size_t kind_count = protocol::word_list<protocol::message_kind>::words.size();
/// After the protocol's kinds: the sideband, and what could not be read so far as to know.
inline constexpr std::size_t sideband_type = kind_count;
inline constexpr std::size_t unknown_type = kind_count + 1;
inline constexpr std::size_t type_count = kind_count + 2;

enum class message_outcome : std::uint8_t { accepted, refused, consulted, ignored };
inline constexpr std::array<std::string_view, 4> outcome_words{"accepted", "refused", "consulted", "ignored"};

inline constexpr std::size_t error_count = protocol::word_list<protocol::error_code>::words.size();

/// What a session does without having been sent a message; anything that is not listed is the last.
inline constexpr std::array<std::string_view, 9> duty_words{"heartbeat", "expired",  "liveness", "vacated", "alive",
                                                            "closed",    "deferral", "claim",    "other"};

/// In the order of actors::dismissal.
inline constexpr std::array<std::string_view, 4> dismissal_words{"sessions_full", "session_unavailable",
                                                                 "no_such_session", "credential_expired"};

/// Upper bounds of the latency histogram, in microseconds.
inline constexpr std::array<std::uint64_t, 15> latency_bounds{
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000};
/// Upper bounds of the histogram of journal batches, in decisions.
inline constexpr std::array<std::uint64_t, 11> batch_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 1'024, 4'096};

/// A counter that many may raise. Only its own value matters, never its order beside others.
class tally {
public:
  void raise(std::uint64_t more = 1) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> value_{0};
};

/// Observations sorted into buckets, the last one being for all above the bounds.
template <std::size_t Bounds>
struct distribution {
  std::array<tally, Bounds + 1> buckets;
  tally sum;

  void observe(std::uint64_t value, const std::array<std::uint64_t, Bounds>& bounds) noexcept {
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
    buckets[static_cast<std::size_t>(bucket)].raise();
    sum.raise(value);
  }
};

/// The counters of one thread, on cache lines of their own.
struct alignas(64) counters {
  std::array<std::array<tally, outcome_words.size()>, type_count> messages;
  std::array<tally, error_count> errors;
  std::array<tally, duty_words.size()> duties;
  tally deliveries, journal_failures, sessions_failed, backups;
  std::array<tally, given_words.size()> given;
  std::array<tally, net::admin_refused_kinds> admin_refusals;
  std::array<tally, dismissal_words.size()> dismissals;
  distribution<latency_bounds.size()> latency;
  distribution<batch_bounds.size()> batches;
};

/// One set of counters for each of so many threads; more threads share.
inline constexpr std::size_t counter_sets = 32;

} // namespace mpac::cluster
