// Who fails to prove who they are too often waits, and longer each time (SPEC 23.1.4, 23.4).
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mpac::security {

/// The addresses that count as one: an IPv4 address, or the /64 that one subscriber of IPv6 has. An IPv4 address
/// written as IPv6 (`::ffff:192.0.2.1`) is the same as without. A text that is no address stands for itself.
[[nodiscard]] std::string address_block(std::string_view address);

struct attempt_terms {
  double failures_per_minute = 10; ///< that are free; 0: all are
  base::duration first_delay = std::chrono::seconds{5};
  base::duration longest_delay = std::chrono::minutes{15};
  base::duration memory = std::chrono::hours{1}; ///< after so long without a failure an address is forgotten
  std::size_t most_addresses = 65'536;           ///< with more, those whose last failure is the oldest are forgotten

  friend bool operator==(const attempt_terms&, const attempt_terms&) = default;
};

/// Counts failed attempts by address block. Each may fail a minute's worth at once, and gets that back over a minute;
/// whoever fails more is turned away for the first delay, then twice as long, and so on. Attempts while turned away
/// count for nothing, good ones too: they are not looked at. That nobody can guess a key that way is true without this;
/// it keeps those who try from costing anything.
///
/// A value that is handed its times; not thread-safe. Time that goes backwards counts as no time.
class attempt_limiter {
public:
  explicit attempt_limiter(attempt_terms terms) : terms_(terms) {}

  /// For how long attempts from there are still refused; nothing: they are not.
  [[nodiscard]] std::optional<base::duration> refused_for(std::string_view address, base::instant now) const;
  /// An attempt failed, through the fault of whoever made it.
  void failed(std::string_view address, base::instant now);

  /// What is counted already stays counted.
  void change(attempt_terms terms);

  [[nodiscard]] std::size_t remembered() const noexcept { return by_block_.size(); }

private:
  struct record {
    std::string block;
    double failures = 0; ///< that have not been given back yet
    int delays = 0;      ///< how often it was turned away
    base::instant last{}, free_at{};
  };
  using records = std::list<record>;

  void forget(base::instant now);

  attempt_terms terms_;
  records by_time_; ///< the oldest last failure first
  std::unordered_map<std::string, records::iterator> by_block_;
};

} // namespace mpac::security
