#include "client/mcp/event_log.hpp"

#include <algorithm>
#include <charconv>

namespace mpac::client::mcp {

void event_log::add(told_event what) {
  events_.push_back(std::move(what));
  if (events_.size() > most_kept) {
    events_.pop_front();
    ++first_;
  }
}

std::optional<std::uint64_t> event_log::read(std::string_view position) const {
  if (!position.starts_with(mark_) || !position.substr(mark_.size()).starts_with('-'))
    return std::nullopt;
  const auto digits = position.substr(mark_.size() + 1);
  std::uint64_t number = 0;
  const auto [rest, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc{} || rest != digits.data() + digits.size() || number > first_ + events_.size())
    return std::nullopt;
  return number;
}

event_log::excerpt event_log::after(std::string_view position, std::size_t most,
                                    const std::vector<std::string>& kinds) const {
  const auto asked = read(position);
  auto number = std::max(asked.value_or(first_), first_);
  excerpt found;
  found.is_complete = asked && *asked >= first_;
  for (; number < first_ + events_.size() && found.events.size() < most; ++number) {
    const auto& each = events_[number - first_];
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), each.kind) != kinds.end())
      found.events.push_back(&each);
  }
  found.next = written(number);
  return found;
}

} // namespace mpac::client::mcp
