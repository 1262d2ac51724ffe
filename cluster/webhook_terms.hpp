// Where and how the webhook for custom credentials is asked (SPEC 23.1.4): settings that were found to work.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "net/web_url.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace mpac::cluster {

struct webhook_terms {
  net::web_url at;
  base::duration timeout{};                              ///< for the whole answer
  base::duration cache{};                                ///< zero: nothing is remembered
  std::shared_ptr<boost::asio::ssl::context> encryption; ///< of https; verifies the server's certificate and name

  /// Reads the authorities that are to be believed. The error names the key.
  [[nodiscard]] static base::result<std::shared_ptr<const webhook_terms>, std::string>
  of(const config::webhook_settings& from);
};

} // namespace mpac::cluster
