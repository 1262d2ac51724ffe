// Where a session is to be found: a ws:// or wss:// URL, taken apart.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace mpac::client {

struct address {
  bool is_encrypted = false; ///< wss
  std::string host;          ///< a name, or an address; IPv6 without its brackets
  std::string port;          ///< as given, or 80 and 443
  std::string target;        ///< path and query, beginning with '/'
  std::string session;       ///< what stands behind /session/ in the path; empty if it does not

  /// For the Host field: brackets round an IPv6 address, and no port that goes without saying.
  [[nodiscard]] std::string authority() const;

  /// The error is a clause about the URL, which it does not repeat.
  [[nodiscard]] static base::result<address, std::string> of(std::string_view url);
};

} // namespace mpac::client
