#include "base/host_and_port.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace mpac::base {
namespace {

failure<std::string> no(std::string_view what) {
  return fail(std::string(what));
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoul(std::string(text)) >= 1 && std::stoul(std::string(text)) <= 65535;
}

} // namespace

std::string host_and_port::authority(std::string_view usual) const {
  const auto name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == usual ? name : name + ":" + port;
}

result<host_and_port, std::string> host_and_port::of(std::string_view place, std::string_view usual) {
  host_and_port made;
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
  made.port = usual;
  if (!place.empty()) {
    if (!place.starts_with(':') || !is_port(place.substr(1)))
      return no("the port is no number from 1 to 65535");
    made.port = place.substr(1);
  }
  return result<host_and_port, std::string>{boost::system::in_place_value, std::move(made)};
}

bool is_this_machine(std::string_view host) {
  constexpr std::string_view name = "localhost"; // RFC 6761
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); };
  if (std::equal(name.begin(), name.end(), host.begin(), host.end(), same))
    return true;
  if (host.find('\0') != std::string_view::npos)
    return false;
  const std::string text(host);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1)
    return ntohl(v4.s_addr) >> 24 == 127; // RFC 1122 3.2.1.3
  in6_addr v6{};
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

} // namespace mpac::base
