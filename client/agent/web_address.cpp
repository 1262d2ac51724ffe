#include "client/agent/web_address.hpp"

#include <algorithm>

namespace mpac::client::agent {
namespace {

constexpr std::string_view plain = "http://", encrypted = "https://";

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoul(std::string(text)) <= 65535;
}

} // namespace

std::string web_address::authority() const {
  const auto name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_encrypted ? "443" : "80") ? name : name + ":" + port;
}

base::result<web_address, std::string> web_address::of(std::string_view url) {
  web_address made;
  auto rest = url;
  // The URL itself is not repeated: who writes a password into it should not find that in a log.
  if (rest.starts_with(plain))
    made.is_encrypted = false;
  else if (!rest.starts_with(encrypted))
    return base::fail(std::string("expected http:// or https://"));
  rest.remove_prefix(made.is_encrypted ? encrypted.size() : plain.size());
  if (std::any_of(rest.begin(), rest.end(), [](unsigned char c) { return c <= 0x20 || c >= 0x7f; }))
    return base::fail(std::string("blanks, control characters and letters beyond ASCII can't stand in it"));
  if (rest.find_first_of("?#") != std::string_view::npos)
    return base::fail(std::string("a query or fragment can't stand in it"));
  auto place = rest.substr(0, rest.find('/'));
  made.path = rest.substr(place.size());
  while (made.path.ends_with('/'))
    made.path.pop_back();
  if (place.find('@') != std::string_view::npos)
    return base::fail(std::string("names and passwords can't stand in it"));
  if (place.starts_with('[')) {
    const auto end = place.find(']');
    if (end == std::string_view::npos)
      return base::fail(std::string("the address does not end with ]"));
    made.host = place.substr(1, end - 1);
    place.remove_prefix(end + 1);
  } else {
    made.host = place.substr(0, place.find(':'));
    place.remove_prefix(made.host.size());
  }
  if (made.host.empty())
    return base::fail(std::string("no host"));
  made.port = made.is_encrypted ? "443" : "80";
  if (!place.empty()) {
    if (!place.starts_with(':') || !is_port(place.substr(1)))
      return base::fail(std::string("the port is no number up to 65535"));
    made.port = place.substr(1);
  }
  return base::result<web_address, std::string>{boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::client::agent
