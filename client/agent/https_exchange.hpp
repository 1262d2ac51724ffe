// One POST over HTTP/1.1 or HTTPS, on a connection of its own: the answer whole, or piece by piece as it comes.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/agent/web_address.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::client::agent {

struct http_request {
  web_address to;
  std::string path; ///< behind `to.path`
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct http_terms {
  std::string authorities;   ///< PEM: who may vouch for the server; empty: whom this system trusts
  bool verify_server = true; ///< false: the server is believed without a proof
  base::duration connect_timeout = std::chrono::seconds{10}; ///< to find the host, and again to connect and encrypt
  base::duration answer_timeout = std::chrono::minutes{10};  ///< from the request to the end of its answer
  base::duration longest_silence = std::chrono::minutes{10}; ///< between two pieces of the answer
  std::size_t longest_answer = std::size_t{64} << 20;        ///< bytes of the body
};

struct http_reply {
  unsigned status = 0;
  std::map<std::string, std::string, std::less<>> headers; ///< names in lower case; of several alike the last
  std::string body;

  /// Empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct http_failure {
  enum class stage : std::uint8_t {
    connecting, ///< the server has not got the request
    answering,  ///< it may have, and the answer did not come whole
    timed_out,  ///< the same, because it took too long
    too_long,   ///< the answer passes `longest_answer`
  };
  stage at = stage::connecting;
  std::string what;
};

/// Hears the body of a reply of status 200, which then has none. False: enough; the connection is closed, and the
/// exchange has succeeded.
using body_listener = std::function<bool(const http_reply& head, std::string_view piece)>;

/// No redirection is followed: what the request carries is for nobody else. Null `hears`: the reply has its body.
[[nodiscard]] boost::asio::awaitable<base::result<http_reply, http_failure>>
post(boost::asio::any_io_executor on, http_request what, http_terms how, body_listener hears = nullptr);

} // namespace mpac::client::agent
