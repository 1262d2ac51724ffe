// What a thread of the swarm has counted; threads' tallies are added at the end.
#pragma once

#include "bench/swarm/histogram.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mpac::bench::swarm {

/// Figures of the measured time.
struct figures {
  histogram latency;              ///< nanoseconds from a request's sending (or schedule) to its own echo
  std::vector<histogram> seconds; ///< the same by the second of the schedule; with --rate, see `kept_seconds`
  std::uint64_t requests = 0;     ///< echoed or refused
  std::uint64_t deliveries = 0;   ///< relayed messages received, own echoes included
  std::uint64_t notices = 0;      ///< other data frames received
  std::uint64_t bytes_received = 0;
  std::uint64_t announced = 0; ///< intents of the load that were accepted
  std::uint64_t disputed = 0;  ///< intents of the load that came into a conflict
  std::uint64_t conflicts = 0; ///< reported

  static constexpr std::size_t kept_seconds = 600; // 60 KiB each

  void clear() { *this = {}; }
  void record(std::size_t second, std::uint64_t nanoseconds) {
    if (second >= kept_seconds)
      return;
    if (second >= seconds.size())
      seconds.resize(second + 1);
    seconds[second].record(nanoseconds);
  }
  void add(const figures& other) {
    latency.add(other.latency);
    seconds.resize(std::max(seconds.size(), other.seconds.size()));
    for (std::size_t i = 0; i < other.seconds.size(); ++i)
      seconds[i].add(other.seconds[i]);
    requests += other.requests;
    deliveries += other.deliveries;
    notices += other.notices;
    bytes_received += other.bytes_received;
    announced += other.announced;
    disputed += other.disputed;
    conflicts += other.conflicts;
  }
};

/// Everything of the whole run.
struct tally {
  figures measured;
  std::uint64_t sent = 0; ///< requests, from the first to the last
  std::uint64_t echoed = 0;
  std::uint64_t refused = 0;
  std::map<std::string, std::uint64_t, std::less<>> errors; ///< PROTOCOL_ERRORs by code
  std::map<std::string, std::uint64_t, std::less<>> kinds;  ///< notices by message type
  std::map<std::uint16_t, std::uint64_t> closes;            ///< connections ended by the other side, by close code
  std::uint64_t failures = 0;                               ///< of checks
  std::vector<std::string> failure_texts;                   ///< the first of them

  /// Records a failed check.
  void fail(std::string what) {
    constexpr std::size_t kept = 20;
    if (++failures <= kept)
      failure_texts.push_back(std::move(what));
  }

  void add(const tally& other) {
    measured.add(other.measured);
    sent += other.sent;
    echoed += other.echoed;
    refused += other.refused;
    for (const auto& [code, count] : other.errors)
      errors[code] += count;
    for (const auto& [type, count] : other.kinds)
      kinds[type] += count;
    for (const auto& [code, count] : other.closes)
      closes[code] += count;
    failures += other.failures;
    failure_texts.insert(failure_texts.end(), other.failure_texts.begin(), other.failure_texts.end());
  }
};

} // namespace mpac::bench::swarm
