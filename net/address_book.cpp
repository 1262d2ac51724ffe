#include "net/address_book.hpp"

#include <algorithm>
#include <chrono>

namespace mpac::net {
namespace {

double most_tokens(const address_limits& limits) {
  return std::max(1.0, limits.handshakes_per_sec * handshake_burst_seconds);
}

double tokens_at(double tokens, base::instant since, const address_limits& limits, base::instant now) {
  const double seconds = std::chrono::duration<double>(now - since).count();
  return std::min(most_tokens(limits), tokens + std::max(0.0, seconds) * limits.handshakes_per_sec);
}

} // namespace

address_book::key address_book::key_of(const peer_address& who) {
  const auto number = [&](std::size_t from, std::size_t to) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < to; ++i)
      value = value << 8 | who.bytes[i];
    return value;
  };
  if (!who.is_v6)
    return {false, number(0, 4)};
  if (number(0, 8) == 0 && number(8, 12) == 0xffff) // ::ffff:a.b.c.d
    return {false, number(12, 16)};
  return {true, number(0, 8)};
}

address_book::verdict address_book::arrives(const peer_address& who, const address_limits& limits, base::instant now) {
  if (limits.connections == 0 && limits.handshakes_per_sec == 0)
    return {};
  const auto number = key_of(who);
  const std::lock_guard lock(guard_);
  if (pages_.size() >= forget_at_)
    forget(limits, now);
  const auto [found, is_new] = pages_.try_emplace(number);
  auto& page = found->second;
  if (limits.handshakes_per_sec > 0) {
    page.tokens = is_new ? most_tokens(limits) : tokens_at(page.tokens, page.when, limits, now);
    page.when = now;
    if (page.tokens < 1)
      return {answer::too_often, nullptr};
    page.tokens -= 1;
  }
  if (limits.connections != 0 && page.connections >= limits.connections)
    return {answer::too_many, nullptr};
  ++page.connections;
  // The page is there as long as it has connections.
  return {answer::welcome,
          std::shared_ptr<void>(&page, [self = shared_from_this(), number](void*) { self->leaves(number); })};
}

void address_book::leaves(const key& who) {
  const std::lock_guard lock(guard_);
  const auto found = pages_.find(who);
  if (found != pages_.end() && found->second.connections > 0)
    --found->second.connections;
}

void address_book::forget(const address_limits& limits, base::instant now) {
  // Who has no connection and could make as many as a stranger is one.
  std::erase_if(pages_, [&](const auto& entry) {
    const page& at = entry.second;
    return at.connections == 0 &&
           (limits.handshakes_per_sec == 0 || tokens_at(at.tokens, at.when, limits, now) >= most_tokens(limits));
  });
  // A flood from everywhere: better to forgive than to grow.
  const auto strangers = std::ranges::count_if(pages_, [](const auto& entry) { return entry.second.connections == 0; });
  if (static_cast<std::size_t>(strangers) >= most_strangers)
    std::erase_if(pages_, [](const auto& entry) { return entry.second.connections == 0; });
  const std::size_t with_connections = pages_.size() - std::min<std::size_t>(pages_.size(), strangers);
  forget_at_ = std::min(std::max<std::size_t>(1024, 2 * pages_.size()), with_connections + most_strangers);
  forget_at_ = std::max(forget_at_, pages_.size() + 1);
}

std::size_t address_book::size() const {
  const std::lock_guard lock(guard_);
  return pages_.size();
}

} // namespace mpac::net
