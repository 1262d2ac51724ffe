#include "security/ecdsa_signature.hpp"

namespace mpac::security {
namespace {

constexpr std::size_t size = 32; // of r, and of s
constexpr char sequence = 0x30, integer = 0x02;

/// The order of P-256, as bytes from the highest on.
constexpr unsigned char order[size] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                       0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

bool is_in_range(std::string_view number) {
  const std::string_view limit(reinterpret_cast<const char*>(order), size);
  return number.find_first_not_of('\0') != std::string_view::npos && number < limit; // as unsigned bytes
}

void append_integer(std::string& to, std::string_view number) {
  number.remove_prefix(number.find_first_not_of('\0'));
  const bool has_high_bit = (static_cast<unsigned char>(number[0]) & 0x80) != 0;
  to += integer;
  to += static_cast<char>(number.size() + (has_high_bit ? 1 : 0));
  if (has_high_bit)
    to += '\0';
  to += number;
}

/// Takes an integer off the front and appends it with its 32 bytes.
bool take_integer(std::string_view& der, std::string& to) {
  if (der.size() < 2 || der[0] != integer || static_cast<unsigned char>(der[1]) > der.size() - 2)
    return false;
  auto number = der.substr(2, static_cast<unsigned char>(der[1]));
  der.remove_prefix(2 + number.size());
  if (number.size() > size && number[0] == '\0')
    number.remove_prefix(1);
  if (number.size() > size)
    return false;
  to.append(size - number.size(), '\0');
  to += number;
  return true;
}

} // namespace

std::optional<std::string> der_of_raw(std::string_view raw) {
  if (raw.size() != 2 * size || !is_in_range(raw.substr(0, size)) || !is_in_range(raw.substr(size)))
    return std::nullopt;
  std::string der{sequence, '\0'};
  append_integer(der, raw.substr(0, size));
  append_integer(der, raw.substr(size));
  der[1] = static_cast<char>(der.size() - 2);
  return der;
}

std::optional<std::string> raw_of_der(std::string_view der) {
  if (der.size() < 2 || der[0] != sequence || static_cast<unsigned char>(der[1]) != der.size() - 2)
    return std::nullopt;
  der.remove_prefix(2);
  std::string raw;
  if (!take_integer(der, raw) || !take_integer(der, raw) || !der.empty())
    return std::nullopt;
  return raw;
}

} // namespace mpac::security
