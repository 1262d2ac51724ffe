#include "net/web_url.hpp"

#include <algorithm>
#include <utility>

namespace mpac::net {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

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

} // namespace mpac::net
