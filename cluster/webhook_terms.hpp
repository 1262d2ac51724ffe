// Where and how the webhook for custom credentials is asked (SPEC 23.1.4): settings that were found to work.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace mpac::cluster {

/// An http:// or https:// URL in its parts.
struct webhook_url {
  bool is_encrypted = false;
  std::string host; ///< a name, or an address without brackets
  std::string port;
  std::string authority; ///< host and port as they were written, for the Host field
  std::string target;    ///< path and query
};

/// The error says what is wrong. Refused besides what is no such URL: names and passwords before the host, fragments,
/// and letters that do not belong into a request line.
[[nodiscard]] base::result<webhook_url, std::string> read_webhook_url(std::string_view text);

struct webhook_terms {
  webhook_url at;
  base::duration timeout{};                              ///< for the whole answer
  base::duration cache{};                                ///< zero: nothing is remembered
  std::shared_ptr<boost::asio::ssl::context> encryption; ///< of https; verifies the server's certificate and name

  /// Reads the authorities that are to be believed. The error names the key.
  [[nodiscard]] static base::result<std::shared_ptr<const webhook_terms>, std::string>
  of(const config::webhook_settings& from);
};

} // namespace mpac::cluster
