#include "client/address.hpp"

#include <algorithm>

namespace mpac::client {
namespace {

constexpr std::string_view plain = "ws://", encrypted = "wss://", before_session = "/session/";

// The URL itself is not repeated: who writes a password or a token into it should not find that in a log.
base::failure<std::string> no(std::string_view what) {
  return base::fail(std::string(what));
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoul(std::string(text)) <= 65535;
}

} // namespace

std::string address::authority() const {
  const auto name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_encrypted ? "443" : "80") ? name : name + ":" + port;
}

base::result<address, std::string> address::of(std::string_view url) {
  address made;
  auto rest = url;
  if (rest.starts_with(encrypted))
    made.is_encrypted = true;
  else if (!rest.starts_with(plain))
    return no("expected ws:// or wss://");
  rest.remove_prefix(made.is_encrypted ? encrypted.size() : plain.size());
  rest = rest.substr(0, rest.find('#'));
  const auto path = rest.find_first_of("/?");
  auto place = rest.substr(0, path);
  made.target = path == std::string_view::npos ? "/" : std::string(rest.substr(path));
  if (made.target.starts_with('?'))
    made.target.insert(0, "/");
  if (made.target.find_first_of(" \t\r\n") != std::string::npos)
    return no("no blanks can stand in it");
  if (place.find('@') != std::string_view::npos)
    return no("names and passwords belong into credentials, not into the URL");
  if (place.starts_with('[')) {
    const auto end = place.find(']');
    if (end == std::string_view::npos)
      return no("the address does not end with ]");
    made.host = place.substr(1, end - 1);
    place.remove_prefix(end + 1);
  } else {
    made.host = place.substr(0, place.find(':'));
    place.remove_prefix(made.host.size());
  }
  if (made.host.empty())
    return no("no host");
  made.port = made.is_encrypted ? "443" : "80";
  if (!place.empty()) {
    if (!place.starts_with(':') || !is_port(place.substr(1)))
      return no("the port is no number up to 65535");
    made.port = place.substr(1);
  }
  const std::string_view target = made.target;
  if (target.starts_with(before_session)) {
    const auto name = target.substr(before_session.size());
    made.session = name.substr(0, name.find_first_of("/?"));
  }
  return base::result<address, std::string>{boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::client
