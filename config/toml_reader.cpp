#include "config/node.hpp"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace mpac::config {
namespace {

origin placed(const origin& source, const toml::source_region& region) {
  origin where = source;
  if (where.from == origin::kind::file) { // what stands in one variable or argument is found without a column
    where.line = static_cast<int>(region.begin.line);
    where.column = static_cast<int>(region.begin.column);
  }
  return where;
}

node converted(const toml::node& from, const origin& source) {
  node to;
  to.where = placed(source, from.source());
  if (const auto* table = from.as_table()) {
    node::table members;
    for (const auto& [name, content] : *table)
      members.push_back({std::string{name.str()}, converted(content, source), placed(source, name.source())});
    to.value = std::move(members);
  } else if (const auto* array = from.as_array()) {
    node::list values;
    for (const toml::node& each : *array)
      values.push_back(converted(each, source));
    to.value = std::move(values);
  } else if (const auto* boolean = from.as_boolean()) {
    to.value = boolean->get();
  } else if (const auto* integer = from.as_integer()) {
    to.value = integer->get();
  } else if (const auto* number = from.as_floating_point()) {
    to.value = number->get();
  } else if (const auto* text = from.as_string()) {
    to.value = text->get();
  } else {
    to.value = node::foreign{"a date or time"};
  }
  return to;
}

} // namespace

base::result<node, problem> parse_toml(std::string_view text, const origin& where) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return base::fail(
        problem{placed(where, parsed.error().source()), "", std::string{parsed.error().description()}, ""});
  return converted(parsed.table(), where);
}

} // namespace mpac::config
