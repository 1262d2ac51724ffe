#include "cluster/tls_loading.hpp"

#include "security/private_file.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace mpac::cluster {
namespace {

constexpr std::time_t soon = 14 * 24 * 3600;

std::string named(const std::string& key, const std::string& file) {
  return key + " '" + file + '\'';
}

base::result<net::named_pem, std::string> read_pem(const std::string& key, const std::string& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return base::fail(named(key, file) + " is a folder");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in)
    text << in.rdbuf();
  if (!in || in.bad())
    return base::fail(named(key, file) + " can't be read: " + std::generic_category().message(errno));
  return net::named_pem{text.str(), named(key, file)};
}

base::result<net::named_pem, std::string> read_key(const std::string& key, const std::string& file) {
  auto text = security::read_private_file(file);
  if (!text)
    return base::fail(key + ": " + text.error());
  return net::named_pem{std::move(*text), named(key, file)};
}

/// The server's own certificate and key; `section` is where they are configured.
base::result<net::tls_terms, std::string> own_terms(const std::string& section, const std::string& cert_file,
                                                    const std::string& key_file) {
  net::tls_terms terms;
  auto certificates = read_pem(section + ".cert_file", cert_file);
  if (!certificates)
    return base::fail(std::move(certificates.error()));
  auto key = read_key(section + ".key_file", key_file);
  if (!key)
    return base::fail(std::move(key.error()));
  terms.certificates = std::move(*certificates);
  terms.private_key = std::move(*key);
  return terms;
}

} // namespace

loaded_tls load_tls(const config::tls_settings& from) {
  if (from.cert_file.empty())
    return std::shared_ptr<const net::tls_context>();
  auto terms = own_terms("listen.tls", from.cert_file, from.key_file);
  if (!terms)
    return base::fail(std::move(terms.error()));
  terms->least = from.min_version == config::tls_version::v1_2 ? net::tls_version::v1_2 : net::tls_version::v1_3;
  if (!from.client_ca_file.empty()) {
    auto authority = read_pem("listen.tls.client_ca_file", from.client_ca_file);
    if (!authority)
      return base::fail(std::move(authority.error()));
    terms->client_ca = std::move(*authority);
    terms->ask = from.require_client_cert ? net::client_certificate::required : net::client_certificate::if_verified;
  } else if (from.ask_client_cert) {
    terms->ask = net::client_certificate::of_anybody;
  }
  return net::tls_context::of_server(*terms);
}

loaded_tls load_tls(const config::admin_tls_settings& from) {
  if (from.cert_file.empty())
    return std::shared_ptr<const net::tls_context>();
  auto terms = own_terms("admin.tls", from.cert_file, from.key_file);
  if (!terms)
    return base::fail(std::move(terms.error()));
  return net::tls_context::of_server(*terms);
}

std::string certificate_warning(const net::tls_context* used, const std::string& cert_file) {
  if (used == nullptr)
    return {};
  const std::time_t now = std::time(nullptr), end = used->valid_until();
  if (end > now + soon)
    return {};
  std::tm when{};
  ::gmtime_r(&end, &when);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &when);
  return "the certificate in '" + cert_file + (end <= now ? "' ended to be valid on " : "' is valid only until ") +
         text.data();
}

} // namespace mpac::cluster
