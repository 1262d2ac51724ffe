#include "cluster/webhook_terms.hpp"

#include <boost/asio/ssl/context.hpp>

#include <algorithm>

namespace mpac::cluster {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters that may stand in a request line and in a Host field.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

} // namespace

base::result<webhook_url, std::string> read_webhook_url(std::string_view text) {
  const auto wrong = [](const char* why) { return base::fail(std::string(why)); };
  webhook_url url;
  if (!is_plain(text))
    return wrong("must hold visible ASCII letters only");
  if (text.starts_with("https://")) {
    url.is_encrypted = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return wrong("must begin with http:// or https://");
  }
  if (text.find('#') != text.npos)
    return wrong("must have no fragment (#)");
  const auto path = std::min(text.find_first_of("/?"), text.size());
  auto authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/'))
    url.target.insert(0, "/");
  if (authority.find('@') != authority.npos)
    return wrong("must hold no name or password (@)");
  url.authority = authority;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos)
      return wrong("must close the bracket of its address");
    url.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    url.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(url.host.size());
  }
  if (url.host.empty())
    return wrong("must name a host");
  url.port = url.is_encrypted ? "443" : "80";
  if (!authority.empty()) {
    url.port = authority.substr(1);
    if (authority.front() != ':' || url.port.empty() || url.port.size() > 5 ||
        !std::all_of(url.port.begin(), url.port.end(), is_digit) || std::stoi(url.port) == 0 ||
        std::stoi(url.port) > 65'535)
      return wrong("must have a port from 1 to 65535, or none");
  }
  return url;
}

base::result<std::shared_ptr<const webhook_terms>, std::string>
webhook_terms::of(const config::webhook_settings& from) {
  auto url = read_webhook_url(from.url);
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
