// The rules that rows of the tables of keys name: bounds, and what a text must look like.
#pragma once

#include "base/web_origin.hpp"
#include "config/settings.hpp"
#include "config/value.hpp"

#include <algorithm>

namespace mpac::config {

constexpr rule between(double least, double most) {
  return {least, most};
}

inline constexpr double year = 365.0 * 24 * 3600; // seconds
inline constexpr double shortest = 0.001;         // seconds; a timer that may not be switched off
inline constexpr double most_32 = 4'294'967'295.0;

inline constexpr rule any{};
inline constexpr rule timer = between(0, year); // 0 switches it off
inline constexpr rule always_timer = between(shortest, year);
inline constexpr rule count = between(0, most_32);

inline constexpr rule not_empty{.fits = [](std::string_view text) { return !text.empty(); },
                                .wanted = "text that is not empty"};
inline constexpr rule session_id_or_empty{
    .fits = [](std::string_view text) { return text.empty() || is_session_id(text); },
    .wanted = "a session id (1 to 128 of A-Z a-z 0-9 . _ ~ : @ -) or empty"};
inline constexpr rule http_url_or_empty{.fits =
                                            [](std::string_view text) {
                                              return text.empty() || text.starts_with("https://") ||
                                                     text.starts_with("http://");
                                            },
                                        .wanted = "a URL that begins with http:// or https://, or empty"};
/// What a browser says in its Origin field.
inline constexpr rule origin_or_all{
    .fits = [](std::string_view text) { return text == "*" || base::web_origin::of(text); },
    .wanted = "an origin, like \"https://app.example\", or \"*\""};
/// Names with dots between them, none of them empty, below `payload`.
inline constexpr rule member_of_payload{.fits =
                                            [](std::string_view text) {
                                              return text.starts_with("payload.") && text.back() != '.' &&
                                                     text.find("..") == std::string_view::npos;
                                            },
                                        .wanted = "a member of the payload, like \"payload.summary\""};
inline constexpr rule version_0_1{.fits =
                                      [](std::string_view text) {
                                        return text.starts_with("0.1.") && text.size() > 4 && text.size() < 12 &&
                                               std::all_of(text.begin() + 4, text.end(),
                                                           [](char c) { return c >= '0' && c <= '9'; });
                                      },
                                  .wanted = "a protocol version \"0.1.<number>\""};

} // namespace mpac::config
