#include "client/agent/web_address.hpp"

#include "base/host_and_port.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client::agent {
namespace {

constexpr std::string_view plain = "http://", encrypted = "https://";

} // namespace

std::string web_address::authority() const {
  return base::host_and_port{host, port}.authority(base::usual_port(is_encrypted));
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
  const auto place = rest.substr(0, rest.find('/'));
  made.path = rest.substr(place.size());
  while (made.path.ends_with('/'))
    made.path.pop_back();
  auto whom = base::host_and_port::of(place, base::usual_port(made.is_encrypted));
  if (!whom)
    return base::fail(std::move(whom.error()));
  made.host = std::move(whom->host);
  made.port = std::move(whom->port);
  return base::result<web_address, std::string>{boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::client::agent
