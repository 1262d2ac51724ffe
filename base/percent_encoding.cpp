#include "base/percent_encoding.hpp"

#include <charconv>

namespace mpac::base {

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string made;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (unreserved.find(each) != unreserved.npos || also_plain.find(each) != also_plain.npos)
      made += each;
    else
      made += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return made;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      made += text[at];
      continue;
    }
    const auto digits = text.substr(at + 1, 2);
    unsigned char byte = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || read.ptr != digits.data() + 2)
      return std::nullopt;
    made += static_cast<char>(byte);
    at += 2;
  }
  return made;
}

} // namespace mpac::base
