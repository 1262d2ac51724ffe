#include "client/address.hpp"

#include "base/host_and_port.hpp"

#include <utility>

namespace mpac::client {
namespace {

constexpr std::string_view plain = "ws://", encrypted = "wss://", before_session = "/session/";

// The URL itself is not repeated: who writes a password or a token into it should not find that in a log.
base::failure<std::string> no(std::string_view what) {
  return base::fail(std::string(what));
}

} // namespace

std::string address::authority() const {
  return base::host_and_port{host, port}.authority(base::usual_port(is_encrypted));
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
  const auto place = rest.substr(0, path);
  made.target = path == std::string_view::npos ? "/" : std::string(rest.substr(path));
  if (made.target.starts_with('?'))
    made.target.insert(0, "/");
  if (made.target.find_first_of(" \t\r\n") != std::string::npos)
    return no("no blanks can stand in it");
  auto whom = base::host_and_port::of(place, base::usual_port(made.is_encrypted));
  if (!whom)
    return base::fail(std::move(whom.error()));
  made.host = std::move(whom->host);
  made.port = std::move(whom->port);
  const std::string_view target = made.target;
  if (target.starts_with(before_session)) {
    const auto name = target.substr(before_session.size());
    made.session = name.substr(0, name.find_first_of("/?"));
  }
  return base::result<address, std::string>{boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::client
