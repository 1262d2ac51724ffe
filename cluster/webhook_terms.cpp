#include "cluster/webhook_terms.hpp"

#include <boost/asio/ssl/context.hpp>

namespace mpac::cluster {

base::result<std::shared_ptr<const webhook_terms>, std::string>
webhook_terms::of(const config::webhook_settings& from) {
  auto url = net::read_web_url(from.url, net::web_schemes::http);
  if (!url)
    return base::fail("auth.webhook.url " + url.error());
  auto terms = std::make_shared<webhook_terms>();
  terms->at = *std::move(url);
  terms->timeout = from.timeout;
  terms->cache = from.cache;
  if (terms->at.is_encrypted) {
    namespace ssl = boost::asio::ssl;
    boost::system::error_code failed;
    terms->encryption = std::make_shared<ssl::context>(ssl::context::tls_client);
    terms->encryption->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                                   ssl::context::no_tlsv1_1);
    terms->encryption->set_verify_mode(ssl::verify_peer);
    if (from.ca_file.empty())
      terms->encryption->set_default_verify_paths(failed);
    else
      terms->encryption->load_verify_file(from.ca_file, failed);
    if (failed)
      return base::fail("auth.webhook.ca_file: " + (from.ca_file.empty() ? "the system's authorities" : from.ca_file) +
                        " can't be read as PEM certificates: " + failed.message());
  }
  return std::shared_ptr<const webhook_terms>(std::move(terms));
}

} // namespace mpac::cluster
