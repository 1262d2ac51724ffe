#include "client/mcp/quoting.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace mpac::client::mcp {
namespace {

struct code_point {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool is_whole = false;
};

code_point first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80)
    return {lead, 1, true};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  if (bytes == 1 || lead > 0xf4 || text.size() < bytes)
    return {};
  std::uint32_t value = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80)
      return {};
    value = value << 6 | (next & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000}; // what fewer bytes can say
  const bool is_surrogate = 0xd800 <= value && value <= 0xdfff;
  if (value < least[bytes] || value > 0x10ffff || is_surrogate)
    return {};
  return {value, bytes, true};
}

struct span_of_points {
  std::uint32_t first, last;
};

/// Controls, and what Unicode has shown as nothing (Default_Ignorable_Code_Point).
constexpr std::array unseen{
    span_of_points{0x7f, 0x9f},       span_of_points{0xad, 0xad},       span_of_points{0x34f, 0x34f},
    span_of_points{0x61c, 0x61c},     span_of_points{0x115f, 0x1160},   span_of_points{0x17b4, 0x17b5},
    span_of_points{0x180b, 0x180f},   span_of_points{0x200b, 0x200f},   span_of_points{0x2028, 0x202e},
    span_of_points{0x2060, 0x206f},   span_of_points{0x3164, 0x3164},   span_of_points{0xfe00, 0xfe0f},
    span_of_points{0xfeff, 0xfeff},   span_of_points{0xffa0, 0xffa0},   span_of_points{0xfff0, 0xfffb},
    span_of_points{0x1bca0, 0x1bca3}, span_of_points{0x1d173, 0x1d17a}, span_of_points{0xe0000, 0xe0fff},
};

bool is_unseen(std::uint32_t value) {
  for (const auto& [first, last] : unseen)
    if (first <= value && value <= last)
      return true;
  return value < 0x20;
}

void write_unit(std::uint32_t unit, std::string& to) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(unit));
  to += text.data();
}

void write(code_point one, std::string_view bytes, std::string& to) {
  if (!one.is_whole)
    write_unit(0xfffd, to);
  else if (one.value == '"' || one.value == '\\')
    (to += '\\') += static_cast<char>(one.value);
  else if (one.value == '\n')
    to += "\\n";
  else if (one.value == '\t')
    to += "\\t";
  else if (!is_unseen(one.value))
    to += bytes;
  else if (one.value < 0x10000)
    write_unit(one.value, to);
  else {
    write_unit(0xd7c0 + (one.value >> 10), to);
    write_unit(0xdc00 + (one.value & 0x3ff), to);
  }
}

} // namespace

std::string in_quotes(std::string_view text, std::size_t most) {
  std::string shown = "\"";
  std::size_t points = 0;
  for (; !text.empty() && points < most; ++points) {
    const auto one = first_of(text);
    write(one, text.substr(0, one.bytes), shown);
    text.remove_prefix(one.bytes);
  }
  shown += '"';
  if (!text.empty())
    shown += " (cut: " + std::to_string(text.size()) + " more bytes)";
  return shown;
}

} // namespace mpac::client::mcp
