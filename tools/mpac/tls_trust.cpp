#include "tools/mpac/tls_trust.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>

namespace mpac::tools {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

base::result<std::shared_ptr<ssl::context>, std::string> tls_trust(const std::string& ca_file) {
  auto trust = std::make_shared<ssl::context>(ssl::context::tls_client);
  trust->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  trust->set_verify_mode(ssl::verify_peer);
  boost::system::error_code failed;
  if (ca_file.empty())
    trust->set_default_verify_paths(failed);
  else
    trust->load_verify_file(ca_file, failed);
  if (failed)
    return base::fail((ca_file.empty() ? "the system's authorities" : ca_file) +
                      " can't be read as PEM certificates: " + failed.message());
  return trust;
}

void expect_name(ssl_st* connection, const std::string& host) {
  boost::system::error_code no_address;
  (void)asio::ip::make_address(host, no_address);
  const bool is_told = no_address ? SSL_set_tlsext_host_name(connection, host.c_str()) == 1 &&
                                        SSL_set1_host(connection, host.c_str()) == 1
                                  : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
  if (!is_told)
    throw boost::system::system_error(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category(),
                                      "the name of " + host);
}

} // namespace mpac::tools
