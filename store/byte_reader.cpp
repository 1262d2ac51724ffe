#include "store/byte_reader.hpp"

namespace mpac::store {

bool byte_reader::fail(std::string what) {
  if (why_.empty())
    why_ = std::move(what) + ", at byte " + std::to_string(position());
  return false;
}

bool byte_reader::byte(std::uint8_t& value) {
  if (at_end())
    return fail("the end where something should follow");
  value = static_cast<std::uint8_t>(*at_++);
  return true;
}

bool byte_reader::long_number(std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    std::uint8_t digit = 0;
    if (!byte(digit))
      return false;
    if (shift == 63 && digit > 1)
      break;
    value |= static_cast<std::uint64_t>(digit & 0x7f) << shift;
    if (digit < 0x80)
      return true;
  }
  return fail("a number of more than 64 bits");
}

bool byte_reader::count(std::size_t& value) {
  std::uint64_t number = 0;
  if (!this->number(number))
    return false;
  if (number > rest().size())
    return fail("a length of " + std::to_string(number) + " where " + std::to_string(rest().size()) +
                " bytes are left");
  value = number;
  return true;
}

bool byte_reader::bytes(std::size_t size, std::string_view& raw) {
  if (size > rest().size())
    return fail(std::to_string(size) + " bytes wanted where " + std::to_string(rest().size()) + " are left");
  raw = {at_, size};
  at_ += size;
  return true;
}

bool byte_reader::eight_bytes(std::uint64_t& value) {
  std::string_view raw;
  if (!bytes(8, raw))
    return false;
  value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[i])) << (8 * i);
  return true;
}

bool byte_reader::wide_length(std::size_t& value) {
  std::string_view raw;
  if (!bytes(4, raw))
    return false;
  value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::size_t>(static_cast<std::uint8_t>(raw[i])) << (8 * i);
  if (value > rest().size())
    return fail("a length of " + std::to_string(value) + " where " + std::to_string(rest().size()) + " bytes are left");
  return true;
}

} // namespace mpac::store
