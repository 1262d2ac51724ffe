#include "protocol/wire/dependency_members.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {
namespace {

namespace dom = simdjson::dom;

/// How many entries a report shows; no frame of ours may grow with somebody's scope.
constexpr std::size_t most_shown = 256;
/// And how many bytes of them.
constexpr std::size_t most_bytes = 64 * 1024;
/// How much of each list is read, for edits and uses are held against each other: entries, and bytes of an entry.
constexpr std::size_t most_read = 1024, longest_name = 1024;

std::optional<std::vector<std::string>> texts(simdjson::simdjson_result<dom::element> from) {
  dom::array list;
  if (from.get_array().get(list) != simdjson::SUCCESS)
    return std::nullopt;
  std::vector<std::string> all;
  for (const auto entry : list) {
    std::string_view text;
    if (entry.get_string().get(text) == simdjson::SUCCESS && text.size() <= longest_name)
      all.emplace_back(text);
    if (all.size() == most_read)
      break;
  }
  return all;
}

using json_writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(json_writer& to, std::string_view text) {
  to.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write(json_writer& to, const rapidjson::StringBuffer& buffer, const char* name,
           std::span<const broken_dependency> broken) {
  if (broken.empty())
    return;
  to.Key(name);
  to.StartArray();
  for (const auto& one : broken.first(std::min(broken.size(), most_shown))) {
    if (buffer.GetSize() > most_bytes)
      break;
    to.StartObject();
    to.Key("file");
    write(to, one.file);
    to.Key("symbols");
    if (!one.symbols) {
      to.Null();
    } else {
      to.StartArray();
      for (const auto& symbol : std::span(*one.symbols).first(std::min(one.symbols->size(), most_shown)))
        if (buffer.GetSize() <= most_bytes)
          write(to, symbol);
      to.EndArray();
    }
    to.EndObject();
  }
  to.EndArray();
}

} // namespace

dependency_claims read_dependency_members(std::string_view extensions) {
  dependency_claims claims;
  dom::parser parser;
  dom::element root;
  if (parser.parse(simdjson::padded_string(extensions)).get(root) != simdjson::SUCCESS)
    return claims;
  claims.impact = texts(root["impact"]).value_or(std::vector<std::string>{});
  claims.affects = texts(root["affects_symbols"]).value_or(std::vector<std::string>{});
  claims.depends_on = texts(root["depends_on_symbols"]).value_or(std::vector<std::string>{});
  dom::object uses;
  if (root["impact_symbols"].get_object().get(uses) == simdjson::SUCCESS)
    for (const auto member : uses)
      if (auto known = texts(dom::element(member.value))) // null stands for anything
        claims.uses.insert_or_assign(std::string(member.key), std::move(*known));
  return claims;
}

json_text dependency_detail(std::span<const broken_dependency> ab, std::span<const broken_dependency> ba) {
  rapidjson::StringBuffer buffer;
  json_writer to(buffer);
  to.StartObject();
  write(to, buffer, "ab", ab);
  write(to, buffer, "ba", ba);
  to.EndObject();
  return {std::string(buffer.GetString(), buffer.GetSize())};
}

} // namespace mpac::protocol
