#include "protocol/watermark.hpp"

namespace mpac::protocol {

watermark_kind watermark_kind_of(std::string_view word) noexcept {
  return from_word<watermark_kind>(word).value_or(watermark_kind::unknown);
}

watermark lamport_watermark(std::uint64_t value) {
  watermark w;
  w.value = value;
  return w;
}

std::optional<std::uint64_t> lamport_of(const watermark& w) noexcept {
  return w.kind == watermark_kind::lamport_clock ? w.value : w.lamport_value;
}

causal_order compare(const watermark& a, const watermark& b) noexcept {
  const auto left = lamport_of(a), right = lamport_of(b);
  if (!left || !right || *left == *right)
    return causal_order::concurrent;
  return *left < *right ? causal_order::before : causal_order::after;
}

std::optional<std::string> problems(const watermark& w) {
  if (w.kind_text.empty())
    return "watermark.kind is empty";
  if (w.kind == watermark_kind::lamport_clock && !w.value)
    return "watermark.value is not a non-negative integer";
  if (w.kind != watermark_kind::lamport_clock && w.raw_value.empty())
    return "watermark.value is missing";
  if (w.value.value_or(0) > largest_counter)
    return "watermark.value is beyond 2^53-1";
  if (w.lamport_value.value_or(0) > largest_counter)
    return "watermark.lamport_value is beyond 2^53-1";
  return std::nullopt;
}

} // namespace mpac::protocol
