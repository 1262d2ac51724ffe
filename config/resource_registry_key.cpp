#include "config/resource_registry_key.hpp"

#include "config/key_rules.hpp"
#include "config/table_reader.hpp"
#include "protocol/resource_registry.hpp"

#include <memory>

namespace mpac::config {
namespace {

using protocol::resource_alias;
using protocol::resource_mapping;

/// Calls `on(entry, path)` for each entry of a list of tables.
template <class OnEntry>
void each_table(const member& list, const std::string& path, problems& found, OnEntry on) {
  const auto* entries = std::get_if<node::list>(&list.content.value);
  if (!entries) {
    found.push_back(
        {list.content.where, path, "must be a list of tables, not " + std::string{list.content.kind()}, ""});
    return;
  }
  for (std::size_t i = 0; i < entries->size(); ++i)
    on((*entries)[i], path + '[' + std::to_string(i) + ']');
}

/// Reads the texts of a table that has no other members, all of which are required.
struct text_slot {
  std::string_view name;
  std::string& into;
};

void missing(const node& from, const std::string& shown, std::string_view name, problems& found) {
  found.push_back({from.where, shown + '.' + std::string(name), "is missing", ""});
}

resource_alias read_alias(const node& from, const std::string& shown, problems& found) {
  resource_alias alias;
  table_reader reader{shown, found};
  reader.each(from, {"kind", "value"}, [&](const member& one, const std::string& path) {
    if (one.name != "kind" && one.name != "value")
      return false;
    reader.value(one, path, not_empty, one.name == "kind" ? alias.kind : alias.value);
    return true;
  });
  for (const auto& [name, text] : {text_slot{"kind", alias.kind}, text_slot{"value", alias.value}})
    if (text.empty() && from.as_table())
      missing(from, shown, name, found);
  return alias;
}

resource_mapping read_mapping(const node& from, const std::string& shown, problems& found) {
  resource_mapping mapping;
  table_reader reader{shown, found};
  reader.each(from, {"canonical_uri", "aliases"}, [&](const member& one, const std::string& path) {
    if (one.name == "canonical_uri")
      reader.value(one, path, not_empty, mapping.canonical_uri);
    else if (one.name == "aliases")
      each_table(one, path, found, [&](const node& alias, const std::string& at) {
        mapping.aliases.push_back(read_alias(alias, at, found));
      });
    else
      return false;
    return true;
  });
  if (mapping.canonical_uri.empty() && from.as_table())
    missing(from, shown, "canonical_uri", found);
  return mapping;
}

} // namespace

void assign_resource_registry(protocol::session_policy& to, const node& from, const key<protocol::session_policy>&,
                              const std::string& shown, problems& found) {
  const std::size_t before = found.size();
  std::vector<resource_mapping> mappings;
  bool anything = false;
  table_reader{shown, found}.each(from, {"mappings"}, [&](const member& one, const std::string& path) {
    if (one.name != "mappings")
      return false;
    anything = true;
    each_table(one, path, found, [&](const node& mapping, const std::string& at) {
      mappings.push_back(read_mapping(mapping, at, found));
    });
    return true;
  });
  if (anything && found.size() == before)
    to.resource_registry = std::make_shared<const protocol::resource_registry>(std::move(mappings));
}

node give_resource_registry(const protocol::session_policy& from) {
  if (!from.resource_registry)
    return {};
  node mappings;
  auto& all = mappings.value.emplace<node::list>();
  for (const auto& mapping : from.resource_registry->mappings()) {
    node aliases;
    auto& names = aliases.value.emplace<node::list>();
    for (const auto& alias : mapping.aliases)
      names.push_back(table_of({{"kind", give(alias.kind), {}}, {"value", give(alias.value), {}}}));
    all.push_back(table_of({{"canonical_uri", give(mapping.canonical_uri), {}}, {"aliases", std::move(aliases), {}}}));
  }
  return table_of({{"mappings", std::move(mappings), {}}});
}

} // namespace mpac::config
