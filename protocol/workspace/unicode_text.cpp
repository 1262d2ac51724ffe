#include "protocol/workspace/unicode_text.hpp"

#include <simdjson.h>

#include <algorithm>

namespace mpac::protocol {

namespace {

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

} // namespace

bool is_utf8(std::string_view bytes) noexcept {
  return bytes.empty() || simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::size_t count_code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string_view shortened(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes)
    return text;
  while (bytes > 0 && !begins_character(text[bytes]))
    --bytes;
  return text.substr(0, bytes);
}

} // namespace mpac::protocol
