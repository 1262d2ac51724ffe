#include "protocol/timestamp.hpp"

namespace mpac::protocol {
namespace {

/// Takes the text apart from the front; once something is not as it has to be, `ok` stays false.
struct cursor {
  std::string_view rest;
  bool ok = true;

  int number(int digits) {
    int value = 0;
    for (; digits > 0; --digits)
      value = value * 10 + digit();
    return value;
  }

  int digit() {
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') {
      ok = false;
      return 0;
    }
    const int value = rest.front() - '0';
    rest.remove_prefix(1);
    return value;
  }

  bool next_is_digit() const { return !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; }

  char one_of(std::string_view allowed) {
    for (const char each : allowed) // a few: no search is worth a call
      if (!rest.empty() && rest.front() == each) {
        rest.remove_prefix(1);
        return each;
      }
    ok = false;
    return 0;
  }
};

std::chrono::microseconds fraction(cursor& text) {
  std::int64_t value = text.digit();
  std::int64_t unit = 100'000;
  value *= unit;
  while (text.next_is_digit()) {
    unit /= 10;
    value += unit * text.digit();
  }
  return std::chrono::microseconds{value};
}

std::chrono::minutes offset(cursor& text) {
  const char sign = text.one_of("Zz+-");
  if (sign != '+' && sign != '-')
    return std::chrono::minutes{0};
  const int hours = text.number(2);
  text.one_of(":");
  const int minutes = text.number(2);
  text.ok = text.ok && hours < 24 && minutes < 60;
  return std::chrono::minutes{(sign == '-' ? -1 : 1) * (hours * 60 + minutes)};
}

} // namespace

std::optional<base::instant> parse_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  cursor at{text};
  const int year_number = at.number(4);
  at.one_of("-");
  const int month_number = at.number(2);
  at.one_of("-");
  const int day_number = at.number(2);
  at.one_of("Tt");
  const int hour = at.number(2);
  at.one_of(":");
  const int minute = at.number(2);
  at.one_of(":");
  const int second = at.number(2);
  microseconds below{0};
  if (at.ok && !at.rest.empty() && at.rest.front() == '.') {
    at.rest.remove_prefix(1);
    below = fraction(at);
  }
  const minutes ahead = offset(at);
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                            day{static_cast<unsigned>(day_number)}};
  if (!at.ok || !at.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return base::instant{sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + below - ahead};
}

} // namespace mpac::protocol
