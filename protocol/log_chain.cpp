#include "protocol/log_chain.hpp"

namespace mpac::protocol {

std::string to_hex(const log_digest& value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * value.size());
  for (const auto byte : value) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<log_digest> from_hex(std::string_view text) {
  log_digest value{};
  if (text.size() != 2 * value.size())
    return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_letter = c >= 'a' && c <= 'f';
    if (!is_letter && !(c >= '0' && c <= '9'))
      return std::nullopt;
    value[i / 2] = static_cast<std::uint8_t>(value[i / 2] << 4 | (is_letter ? c - 'a' + 10 : c - '0'));
  }
  return value;
}

} // namespace mpac::protocol
