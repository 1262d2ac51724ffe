#include "security/attempt_limiter.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace mpac::security {
namespace {

constexpr int most_doublings = 30;

} // namespace

std::string address_block(std::string_view address) {
  const std::string text(address.substr(0, address.find('%'))); // a zone is a name of this machine's
  std::array<char, 4> v4;
  if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1)
    return {v4.data(), v4.size()};
  std::array<char, 16> v6;
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) != 1)
    return text;
  constexpr std::array<char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff'};
  if (std::equal(mapped.begin(), mapped.end(), v6.begin()))
    return {v6.data() + 12, 4};
  return {v6.data(), 8};
}

std::optional<base::duration> attempt_limiter::refused_for(std::string_view address, base::instant now) const {
  const auto found = by_block_.find(address_block(address));
  if (found == by_block_.end() || found->second->free_at <= now)
    return std::nullopt;
  return found->second->free_at - now;
}

void attempt_limiter::failed(std::string_view address, base::instant now) {
  if (!(terms_.failures_per_minute > 0))
    return;
  forget(now);
  const auto block = address_block(address);
  auto found = by_block_.find(block);
  if (found == by_block_.end()) {
    if (by_block_.size() >= std::max<std::size_t>(terms_.most_addresses, 1)) {
      by_block_.erase(by_time_.front().block);
      by_time_.pop_front();
    }
    by_time_.push_back({block, 0, 0, now, now});
    found = by_block_.emplace(block, std::prev(by_time_.end())).first;
  } else {
    by_time_.splice(by_time_.end(), by_time_, found->second);
  }
  auto& one = *found->second;
  const double minutes = base::to_seconds(std::max(now - one.last, base::duration{})) / 60;
  one.failures = std::max(0.0, one.failures - minutes * terms_.failures_per_minute) + 1;
  one.last = std::max(one.last, now);
  if (one.free_at > now)
    return; // it was let in before it was turned away, and is judged only now
  if (one.failures > terms_.failures_per_minute) {
    one.failures = terms_.failures_per_minute; // the next one too many is turned away for longer
    const auto times = std::int64_t{1} << std::min(one.delays++, most_doublings);
    const auto delay =
        terms_.first_delay > terms_.longest_delay / times ? terms_.longest_delay : terms_.first_delay * times;
    one.free_at = std::max(one.free_at, now + delay);
  }
}

void attempt_limiter::change(attempt_terms terms) {
  terms_ = terms;
  while (by_block_.size() > std::max<std::size_t>(terms_.most_addresses, 1)) {
    by_block_.erase(by_time_.front().block);
    by_time_.pop_front();
  }
}

void attempt_limiter::forget(base::instant now) {
  while (!by_time_.empty() && by_time_.front().last + terms_.memory <= now && by_time_.front().free_at <= now) {
    by_block_.erase(by_time_.front().block);
    by_time_.pop_front();
  }
}

} // namespace mpac::security
