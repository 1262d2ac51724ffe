// Asks an HTTP server, one request after the other, with a limit on every wait.
#pragma once

#include "base/result.hpp"
#include "net/web_url.hpp"
#include "tools/mpac/exit_code.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace mpac::tools {

struct http_order {
  net::web_url server;
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded
  std::string token;   ///< of `Authorization: Bearer`; empty: none
  std::string ca_file; ///< PEM; empty: the authorities this system trusts
  /// For each step: to connect, to go on sending or hearing. Not for the whole.
  std::chrono::seconds patience{30};
};

/// Nobody could be asked, or the answer broke off.
struct http_failure {
  exit_code code = exit_code::unreachable;
  std::string what; ///< a sentence
};

struct http_reply {
  unsigned status = 0;
  std::string body; ///< empty where the pieces were taken
};

/// Asks and waits. Where the status is 200 and `piece` is given, the body goes there as it comes, in any size; else it
/// is kept, 64 MiB at most. Redirects are not followed: a token is for the one it was given for. A body that ends
/// before it is whole is a failure.
[[nodiscard]] base::result<http_reply, http_failure> ask(const http_order& what,
                                                         const std::function<void(std::string_view)>& piece = nullptr);

} // namespace mpac::tools
