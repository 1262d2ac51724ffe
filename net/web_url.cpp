#include "net/web_url.hpp"

#include "base/host_and_port.hpp"

#include <algorithm>
#include <utility>

namespace mpac::net {
namespace {

/// Letters that may stand in a request line and in a Host field.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

/// Without encryption, and with it.
std::pair<std::string_view, std::string_view> words_of(web_schemes schemes) {
  return schemes == web_schemes::http ? std::pair{"http://", "https://"} : std::pair{"ws://", "wss://"};
}

} // namespace

base::result<web_url, std::string> read_web_url(std::string_view text, web_schemes schemes) {
  const auto wrong = [](const char* why) { return base::fail(std::string(why)); };
  web_url url;
  if (!is_plain(text))
    return wrong("must hold visible ASCII letters only");
  const auto [plain, encrypted] = words_of(schemes);
  if (text.starts_with(encrypted)) {
    url.is_encrypted = true;
    text.remove_prefix(encrypted.size());
  } else if (text.starts_with(plain)) {
    text.remove_prefix(plain.size());
  } else {
    return base::fail("must begin with " + std::string(plain) + " or " + std::string(encrypted));
  }
  if (text.find('#') != text.npos)
    return wrong("must have no fragment (#)");
  const auto path = std::min(text.find_first_of("/?"), text.size());
  url.authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/'))
    url.target.insert(0, "/");
  auto whom = base::host_and_port::of(url.authority, base::usual_port(url.is_encrypted));
  if (!whom)
    return base::fail("is no web address: " + whom.error());
  url.host = std::move(whom->host);
  url.port = std::move(whom->port);
  return url;
}

} // namespace mpac::net
