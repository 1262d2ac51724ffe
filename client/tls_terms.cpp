#include "client/tls_terms.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>

#include <optional>

namespace mpac::client {

namespace asio = boost::asio;
using boost::system::error_code;

base::result<std::shared_ptr<asio::ssl::context>, std::string> tls_terms(const tls_options& how) {
  auto terms = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(terms->native_handle(), TLS1_2_VERSION);
  const auto read = [&](const char* which, auto&& use) -> std::optional<std::string> {
    error_code failed;
    use(failed);
    return failed ? std::optional(std::string("tls.") + which + ": " + failed.message()) : std::nullopt;
  };
  std::optional<std::string> wrong;
  terms->set_verify_mode(how.verify_hub ? asio::ssl::verify_peer : asio::ssl::verify_none);
  if (how.authorities.empty())
    wrong = read("authorities", [&](error_code& failed) { terms->set_default_verify_paths(failed); });
  else
    wrong = read("authorities",
                 [&](error_code& failed) { terms->add_certificate_authority(asio::buffer(how.authorities), failed); });
  if (!wrong && !how.client_certificate.empty())
    wrong = read("client_certificate", [&](error_code& failed) {
      terms->use_certificate_chain(asio::buffer(how.client_certificate), failed);
    });
  if (!wrong && !how.client_key.empty())
    wrong = read("client_key", [&](error_code& failed) {
      terms->use_private_key(asio::buffer(how.client_key), asio::ssl::context::pem, failed);
    });
  if (wrong)
    return base::fail(std::move(*wrong));
  return {boost::system::in_place_value, std::move(terms)};
}

bool expect_host(ssl_st* connection, const std::string& host) {
  error_code is_name;
  (void)asio::ip::make_address(host, is_name);
  if (!is_name)
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
  return SSL_set_tlsext_host_name(connection, host.c_str()) == 1 && SSL_set1_host(connection, host.c_str()) == 1;
}

} // namespace mpac::client
