#include "tools/mpac/hosting.hpp"

#include "base/host_and_port.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "tools/mpac/json.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>

namespace mpac::tools {
namespace {

constexpr std::array<std::string_view, 5> known_roles{"observer", "contributor", "reviewer", "owner", "arbiter"};

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '_' || letter == '-';
}

std::string plain(std::string_view text) {
  std::string made(text);
  std::replace_if(
      made.begin(), made.end(), [](char letter) { return !is_plain(letter); }, '-');
  return made;
}

/// A JSON text is a TOML text too: both escape alike.
std::string toml(std::string_view text) {
  return json::serialize(json::string(text));
}

} // namespace

base::result<guest, std::string> read_guest(std::string_view text) {
  guest read;
  const auto sign = text.find('=');
  const auto name = text.substr(0, sign);
  if (name.empty() || name.find_first_of(" \t\"'\\") != name.npos)
    return base::fail("'" + std::string(text) + "' names no guest: write agent:bob, or agent:bob=contributor,reviewer");
  read.principal_id = name.find(':') == name.npos ? "agent:" + std::string(name) : std::string(name);
  if (sign == text.npos)
    return read;
  read.roles.clear();
  for (auto rest = text.substr(sign + 1);; rest.remove_prefix(rest.find(',') + 1)) {
    const auto role = rest.substr(0, rest.find(','));
    if (std::find(known_roles.begin(), known_roles.end(), role) == known_roles.end())
      return base::fail("'" + std::string(role) + "' is no role: observer, contributor, reviewer, owner or arbiter");
    read.roles.emplace_back(role);
    if (rest.find(',') == rest.npos)
      return read;
  }
}

std::string session_for(const std::filesystem::path& directory) {
  constexpr std::size_t longest_name = 40, secret_letters = 10;
  auto name = plain(directory.filename().string()).substr(0, longest_name);
  auto secret = security::write_base64url(security::random_key()).substr(0, secret_letters);
  return (name.empty() ? "shared" : name) + "-" + secret;
}

std::vector<std::string> settings_of(const hosting& what) {
  const auto session = "sessions." + toml(what.session) + ".";
  std::vector<std::string> made{
      "node.data_dir=" + toml(what.data_dir.string()),
      "listen.address=" + toml(what.address),
      "listen.port=" + std::to_string(what.port),
      "admin.enabled=false",
      "log.level=\"warn\"",
      // Who does not know the session's name finds nothing: no other session is made, and none has these files.
      "session.create=\"admin\"",
      session + "workspace_dir=" + toml(what.directory.string()),
  };
  if (what.has_tls()) {
    made.push_back("listen.tls.cert_file=" + toml(what.tls_certificate));
    made.push_back("listen.tls.key_file=" + toml(what.tls_key));
  }
  if (!what.guests.empty()) {
    made.push_back(session + "security_profile=\"authenticated\"");
    made.push_back(session + "role_policy.default_role=\"observer\""); // a key says which roles its owner has
    made.push_back("auth.api_keys_file=" + toml(what.api_keys_file));
  }
  made.insert(made.end(), what.more_settings.begin(), what.more_settings.end());
  return made;
}

std::vector<std::string> dangers_of(const hosting& what) {
  if (base::is_this_machine(what.address))
    return {};
  std::vector<std::string> dangers;
  if (what.guests.empty())
    dangers.emplace_back("EVERYBODY who reaches this port and knows the session's name can read and change these "
                         "files, under any name and in any role. --guest NAME lets in only those you name.");
  if (!what.has_tls())
    dangers.push_back("WITHOUT TLS whoever is on the way reads along" +
                      std::string(what.guests.empty() ? "" : ", the guests' keys too") +
                      ", and can put words into it. --tls-cert and --tls-key encrypt it; so does a tunnel (ssh, VPN) "
                      "to a loopback address.");
  return dangers;
}

std::vector<std::string> reachable_at(const std::string& address) {
  boost::system::error_code failed;
  const auto read = boost::asio::ip::make_address(address, failed);
  if (failed || !read.is_unspecified())
    return {address};
  std::set<std::string> v4, v6;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0)
    return {address};
  for (const auto* each = all; each; each = each->ifa_next) {
    if (!each->ifa_addr || (each->ifa_flags & IFF_UP) == 0 || (each->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    const bool is_v4 = each->ifa_addr->sa_family == AF_INET;
    if (!is_v4 && (each->ifa_addr->sa_family != AF_INET6 || read.is_v4()))
      continue;
    std::array<char, NI_MAXHOST> text{};
    const auto size = is_v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (::getnameinfo(each->ifa_addr, static_cast<socklen_t>(size), text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0 &&
        std::string_view(text.data()).find('%') == std::string_view::npos) // of one link alone: no guest's URL has it
      (is_v4 ? v4 : v6).emplace(text.data());
  }
  ::freeifaddrs(all);
  std::vector<std::string> found(v4.begin(), v4.end());
  found.insert(found.end(), v6.begin(), v6.end());
  return found.empty() ? std::vector<std::string>{read.is_v4() ? "127.0.0.1" : "::1"} : found;
}

std::string url_of(bool has_tls, const std::string& host, std::uint16_t port) {
  const auto bracketed = host.find(':') == host.npos ? host : "[" + host + "]";
  return (has_tls ? "wss://" : "ws://") + bracketed + ":" + std::to_string(port);
}

std::string line_for_guest(const std::string& url, const hosting& what, std::string_view name,
                           std::string_view credential_file) {
  auto line = "mpac join " + url + " " + what.session + " --name " + std::string(name);
  if (!credential_file.empty())
    line += " --credential-type api_key --credential-file " + std::string(credential_file);
  return line;
}

std::string key_file_name(std::string_view principal_id) {
  return plain(principal_id) + ".key";
}

} // namespace mpac::tools
