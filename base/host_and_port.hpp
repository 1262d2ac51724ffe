// Who is meant between `//` and the path of a URL.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace mpac::base {

/// Of HTTP and WebSocket.
[[nodiscard]] constexpr std::string_view usual_port(bool is_encrypted) noexcept {
  return is_encrypted ? "443" : "80";
}

struct host_and_port {
  std::string host; ///< a name, or an address; IPv6 without its brackets
  std::string port; ///< as given, or `usual`

  /// For the Host field: brackets round an IPv6 address, and no port that goes without saying.
  [[nodiscard]] std::string authority(std::string_view usual) const;

  /// The error is a clause about the URL, which it does not repeat: who writes a password or a token into it should not
  /// find that in a log.
  [[nodiscard]] static result<host_and_port, std::string> of(std::string_view place, std::string_view usual);

  friend bool operator==(const host_and_port&, const host_and_port&) = default;
};

/// Whether `host`, as above, is this machine wherever that is: what is sent there passes no network.
[[nodiscard]] bool is_this_machine(std::string_view host);

} // namespace mpac::base
