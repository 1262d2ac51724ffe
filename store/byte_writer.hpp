// Writes numbers and texts as bytes, each so that a reader knows where it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mpac::store {

/// Appends to a string, which has to outlive it. For `byte_reader`.
class byte_writer {
public:
  explicit byte_writer(std::string& to) noexcept : to_(to) {}

  void byte(std::uint8_t value) { to_.push_back(static_cast<char>(value)); }

  /// Seven bits a byte, the lowest first: a small number takes little.
  void number(std::uint64_t value) {
    if (value < 0x80)
      return byte(static_cast<std::uint8_t>(value));
    char digits[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7)
      digits[size++] = static_cast<char>(value | 0x80);
    digits[size++] = static_cast<char>(value);
    to_.append(digits, size);
  }

  void bytes(std::string_view raw) { to_.append(raw); }

  void text(std::string_view value) {
    number(value.size());
    bytes(value);
  }

  /// Eight bytes, the lowest first.
  void eight_bytes(std::uint64_t value) {
    for (int i = 0; i < 8; ++i)
      byte(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  /// What `write` writes, its length in front. For what is small as a rule: what takes more than 127 bytes is moved.
  template <class Write>
  void measured(Write&& write) {
    const auto place = to_.size();
    byte(0);
    write();
    const auto length = to_.size() - place - 1;
    if (length < 0x80) {
      to_[place] = static_cast<char>(length);
      return;
    }
    std::string digits;
    byte_writer(digits).number(length);
    to_.replace(place, 1, digits);
  }

  /// The same for what may be large: its length always takes four bytes.
  template <class Write>
  void measured_widely(Write&& write) {
    const auto place = to_.size();
    to_.append(4, '\0');
    write();
    const auto length = to_.size() - place - 4;
    if (length > std::numeric_limits<std::uint32_t>::max())
      throw std::length_error("more than 4 GiB in one record");
    for (std::size_t i = 0; i < 4; ++i)
      to_[place + i] = static_cast<char>(length >> (8 * i));
  }

private:
  std::string& to_;
};

} // namespace mpac::store
