#include "client/mcp/resource_uri.hpp"

#include "protocol/workspace/path_rules.hpp"

#include <array>
#include <utility>

namespace mpac::client::mcp {
namespace {

constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

constexpr std::array<std::pair<resource_kind, std::string_view>, 4> names{{
    {resource_kind::session, "session"},
    {resource_kind::participants, "participants"},
    {resource_kind::intents, "intents"},
    {resource_kind::conflicts, "conflicts"},
}};

std::string encoded(std::string_view text, std::string_view also_plain) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string made;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (unreserved.find(each) != unreserved.npos || also_plain.find(each) != also_plain.npos)
      made += each;
    else
      ((made += '%') += digits[byte >> 4]) += digits[byte & 15];
  }
  return made;
}

int value_of(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      made += text[at];
      continue;
    }
    if (at + 2 >= text.size() || value_of(text[at + 1]) < 0 || value_of(text[at + 2]) < 0)
      return std::nullopt;
    made += static_cast<char>(value_of(text[at + 1]) * 16 + value_of(text[at + 2]));
    at += 2;
  }
  return made;
}

std::string root_of(const protocol::session_id& session) {
  return "mpac://" + encoded(session.str(), "") + '/';
}

} // namespace

std::string uri_of(const resource_address& what, const protocol::session_id& session) {
  for (const auto& [kind, name] : names)
    if (kind == what.kind)
      return root_of(session) + std::string(name);
  return root_of(session) + "files/" + encoded(what.path, "/");
}

std::optional<resource_address> resource_at(std::string_view uri, const protocol::session_id& session) {
  const auto root = root_of(session);
  if (!uri.starts_with(root))
    return std::nullopt;
  uri.remove_prefix(root.size());
  for (const auto& [kind, name] : names)
    if (uri == name)
      return resource_address{kind, {}};
  constexpr std::string_view files = "files/";
  if (!uri.starts_with(files))
    return std::nullopt;
  auto path = decoded(uri.substr(files.size()));
  if (!path || protocol::path_fault(*path))
    return std::nullopt;
  return resource_address{resource_kind::file, std::move(*path)};
}

std::string file_template(const protocol::session_id& session) {
  return root_of(session) + "files/{+path}";
}

} // namespace mpac::client::mcp
