#include "tools/mpac/tls_trust.hpp"

#include "client/tls_terms.hpp"
#include "tools/mpac/file_content.hpp"

#include <boost/asio/ssl/context.hpp>

#include <utility>

namespace mpac::tools {

base::result<std::shared_ptr<boost::asio::ssl::context>, std::string> tls_trust(const std::string& ca_file) {
  client::tls_options how;
  if (!ca_file.empty()) {
    auto text = content_of(ca_file);
    if (!text)
      return base::fail("can't read " + ca_file);
    if (text->empty()) // which would stand for the system's
      return base::fail(ca_file + " is empty");
    how.authorities = std::move(*text);
  }
  auto made = client::tls_terms(how);
  if (!made)
    return base::fail((ca_file.empty() ? "the system's authorities" : ca_file) + " can't be used: " + made.error());
  return made;
}

} // namespace mpac::tools
