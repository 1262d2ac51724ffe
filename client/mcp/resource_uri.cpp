#include "client/mcp/resource_uri.hpp"

#include "base/percent_encoding.hpp"
#include "protocol/workspace/path_rules.hpp"

#include <array>
#include <utility>

namespace mpac::client::mcp {
namespace {

constexpr std::array<std::pair<resource_kind, std::string_view>, 4> names{{
    {resource_kind::session, "session"},
    {resource_kind::participants, "participants"},
    {resource_kind::intents, "intents"},
    {resource_kind::conflicts, "conflicts"},
}};

std::string root_of(const protocol::session_id& session) {
  return "mpac://" + base::percent_encoded(session.str()) + '/';
}

} // namespace

std::string uri_of(const resource_address& what, const protocol::session_id& session) {
  for (const auto& [kind, name] : names)
    if (kind == what.kind)
      return root_of(session) + std::string(name);
  return root_of(session) + "files/" + base::percent_encoded(what.path, "/");
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
  auto path = base::percent_decoded(uri.substr(files.size()));
  if (!path || protocol::path_fault(*path))
    return std::nullopt;
  return resource_address{resource_kind::file, std::move(*path)};
}

std::string file_template(const protocol::session_id& session) {
  return root_of(session) + "files/{+path}";
}

} // namespace mpac::client::mcp
