#include "security/ecmascript_number.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace mpac::security {
namespace {

/// From this many digits in front of the point on there is an exponent instead.
constexpr int most_whole_digits = 21;
/// And from this many zeros behind the point on.
constexpr int most_leading_zeros = 6;

/// The digits of a number, and where the point stands: 0.d1d2d3... times ten to the power of `point`.
struct shortest {
  std::array<char, 20> digits; // 17 at most
  std::size_t count = 0;
  int point = 0;
};

shortest digits_of(double positive) {
  std::array<char, 32> printed; // d.ddde+XX
  const auto end =
      std::to_chars(printed.data(), printed.data() + printed.size(), positive, std::chars_format::scientific).ptr;
  shortest made;
  const char* at = printed.data();
  for (; *at != 'e'; ++at)
    if (*at != '.')
      made.digits[made.count++] = *at;
  ++at;
  if (*at == '+')
    ++at;
  std::from_chars(at, end, made.point);
  ++made.point;
  return made;
}

} // namespace

void append_ecmascript(std::string& to, double value) {
  if (value == 0) {
    to += '0';
    return;
  }
  if (value < 0) {
    to += '-';
    value = -value;
  }
  const auto number = digits_of(value);
  const std::string_view digits(number.digits.data(), number.count);
  const int count = static_cast<int>(number.count), point = number.point;
  if (count <= point && point <= most_whole_digits) {
    to += digits;
    to.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= most_whole_digits) {
    to += digits.substr(0, static_cast<std::size_t>(point));
    to += '.';
    to += digits.substr(static_cast<std::size_t>(point));
  } else if (-most_leading_zeros < point && point <= 0) {
    to += "0.";
    to.append(static_cast<std::size_t>(-point), '0');
    to += digits;
  } else {
    to += digits[0];
    if (count > 1) {
      to += '.';
      to += digits.substr(1);
    }
    to += point > 0 ? "e+" : "e-";
    to += std::to_string(point > 0 ? point - 1 : 1 - point);
  }
}

} // namespace mpac::security
