#include "base/clock.hpp"

#include <cstdio>

namespace mpac::base {

std::string to_rfc3339(instant when) {
  const auto days = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss<duration> time{when - days};
  char text[40];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {text, static_cast<std::size_t>(length)};
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
