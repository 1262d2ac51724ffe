// Where an HTTP service is: the parts of an http:// or https:// URL.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace mpac::client::agent {

struct web_address {
  bool is_encrypted = true;
  std::string host; ///< an IPv6 address without its brackets
  std::string port;
  std::string path; ///< what all paths of the service begin with, without `/` at its end; often empty

  /// As the header `Host` has it.
  [[nodiscard]] std::string authority() const;
  /// The error is a sentence. Refused besides what is no such URL: one with a name or password, a query or a fragment.
  [[nodiscard]] static base::result<web_address, std::string> of(std::string_view url);
};

} // namespace mpac::client::agent
