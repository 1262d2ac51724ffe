#include "base/clock.hpp"

namespace mpac::base {

namespace {

/// Writes `value` with `digits` digits before `end`.
void put(char* end, unsigned value, int digits) {
  for (; digits > 0; --digits, value /= 10)
    *--end = static_cast<char>('0' + value % 10);
}

} // namespace

// Every frame of the hub bears a time: no formatting by description here.
std::string to_rfc3339(instant when) {
  const auto days = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss<duration> time{when - days};
  std::string text = "0000-00-00T00:00:00.000000Z";
  const auto number = [](auto count) { return static_cast<unsigned>(count); };
  put(text.data() + 4, number(static_cast<int>(date.year())), 4);
  put(text.data() + 7, number(static_cast<unsigned>(date.month())), 2);
  put(text.data() + 10, number(static_cast<unsigned>(date.day())), 2);
  put(text.data() + 13, number(time.hours().count()), 2);
  put(text.data() + 16, number(time.minutes().count()), 2);
  put(text.data() + 19, number(time.seconds().count()), 2);
  put(text.data() + 26, number(time.subseconds().count()), 6);
  return text;
}

instant at(std::chrono::steady_clock::time_point reading) {
  struct origin {
    instant wall = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
    std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
  };
  static const origin start;
  return start.wall + std::chrono::duration_cast<duration>(reading - start.steady);
}

instant now() {
  return at(std::chrono::steady_clock::now());
}

} // namespace mpac::base
