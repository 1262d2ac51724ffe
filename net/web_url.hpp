// The address of somebody on the web, taken apart: http://, https://, ws:// and wss://.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace mpac::net {

enum class web_schemes { http, websocket };

struct web_url {
  bool is_encrypted = false;
  std::string host; ///< a name, or an address without brackets
  std::string port;
  std::string authority; ///< host and port as they were written, for the Host field
  std::string target;    ///< path and query
};

/// The error says what is wrong. Refused besides what is no URL of these schemes: names and passwords before the host,
/// fragments, and letters that do not belong into a request line.
[[nodiscard]] base::result<web_url, std::string> read_web_url(std::string_view text, web_schemes schemes);

} // namespace mpac::net
