#include "base/web_origin.hpp"

#include <algorithm>

namespace mpac::base {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + 32);
  return small;
}

bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool is_place(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
           std::string_view("/?#\\").find(c) == std::string_view::npos;
  });
}

bool came_encrypted(std::string_view scheme) {
  return scheme == "https" || scheme == "wss";
}

std::string_view usual_port_of(std::string_view scheme) {
  const bool is_of_the_web = came_encrypted(scheme) || scheme == "http" || scheme == "ws";
  return is_of_the_web ? usual_port(came_encrypted(scheme)) : std::string_view{};
}

std::optional<host_and_port> place_of(std::string_view text, std::string_view usual) {
  if (!is_place(text))
    return std::nullopt;
  auto place = host_and_port::of(in_small_letters(text), usual);
  return place ? std::optional(*std::move(place)) : std::nullopt;
}

} // namespace

std::optional<web_origin> web_origin::of(std::string_view text) {
  constexpr std::string_view mark = "://";
  const auto end = text.find(mark);
  if (end == std::string_view::npos)
    return std::nullopt;
  auto scheme = in_small_letters(text.substr(0, end));
  auto place = place_of(text.substr(end + mark.size()), usual_port_of(scheme));
  if (!is_scheme(scheme) || !place)
    return std::nullopt;
  return web_origin{std::move(scheme), *std::move(place)};
}

bool web_origin::is_served_by(std::string_view host, bool is_encrypted) const {
  return (came_encrypted(scheme) || !is_encrypted) && place_of(host, usual_port_of(scheme)) == at;
}

} // namespace mpac::base
