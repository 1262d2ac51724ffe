#include "config/credential_file.hpp"

#include "config/key_rules.hpp"
#include "config/table_reader.hpp"
#include "protocol/timestamp.hpp"

namespace mpac::config {
namespace {

constexpr rule session_id_or_star{.fits = [](std::string_view text) { return text == "*" || is_session_id(text); },
                                  .wanted = "a session id or \"*\""};
constexpr rule a_time{.fits = [](std::string_view text) { return protocol::parse_timestamp(text).has_value(); },
                      .wanted = "a time in quotes, such as \"2030-01-31T12:00:00Z\""};

credential_entry read_entry(const node& from, const std::string& shown, problems& found) {
  credential_entry entry;
  table_reader reader{shown, found};
  bool has_hash = false, has_principal = false;
  reader.each(from, {"sha256", "principal_id", "roles", "sessions", "tenant", "expires_at"},
              [&](const member& one, const std::string& path) {
                if (one.name == "sha256") {
                  has_hash = true;
                  entry.sha256_at = one.content.where;
                  if (const auto* text = std::get_if<std::string>(&one.content.value))
                    entry.sha256 = *text;
                  else
                    found.push_back({one.content.where, path, "must be text", ""});
                } else if (one.name == "principal_id") {
                  has_principal = true;
                  reader.value(one, path, not_empty, entry.principal_id);
                } else if (one.name == "roles") {
                  reader.value(one, path, not_empty, entry.roles.emplace());
                } else if (one.name == "sessions") {
                  const auto* all = std::get_if<std::string>(&one.content.value);
                  if (!all || *all != "*") // alone it says what it says in a list
                    reader.value(one, path, session_id_or_star, entry.sessions.emplace());
                } else if (one.name == "tenant") {
                  reader.value(one, path, any, entry.tenant);
                } else if (one.name == "expires_at") {
                  std::string text;
                  if (reader.value(one, path, a_time, text))
                    entry.expires_at = *protocol::parse_timestamp(text);
                } else {
                  return false;
                }
                return true;
              });
  if (from.as_table() && !has_hash)
    found.push_back({from.where, shown + ".sha256", "is missing", ""});
  if (from.as_table() && !has_principal)
    found.push_back({from.where, shown + ".principal_id", "is missing", ""});
  return entry;
}

} // namespace

base::result<std::vector<credential_entry>, problems> read_credential_file(const document& file,
                                                                           const std::string& name) {
  const auto tree = parse_toml(file.text, {origin::kind::file, file.name});
  if (!tree)
    return base::fail(problems{tree.error()});
  std::vector<credential_entry> entries;
  problems found;
  for (const member& each : *tree->as_table()) {
    const auto* list = std::get_if<node::list>(&each.content.value);
    if (each.name != name)
      found.push_back({each.named_at, to_toml_name(each.name), "unknown key", name});
    else if (!list)
      found.push_back({each.content.where, name, "must be a list of tables: [[" + name + "]]", ""});
    else
      for (std::size_t i = 0; i < list->size(); ++i)
        entries.push_back(read_entry((*list)[i], name + '[' + std::to_string(i) + ']', found));
  }
  if (!found.empty())
    return base::fail(std::move(found));
  return entries;
}

} // namespace mpac::config
