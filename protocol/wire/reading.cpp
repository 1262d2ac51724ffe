#include "protocol/wire/reading.hpp"

#include "protocol/messages/object_fields.hpp"

#include <algorithm>
#include <cmath>

namespace mpac::protocol {
namespace {

using simdjson::dom::element_type;

/// What others say of a value may repeat it, however long it is.
constexpr std::size_t longest_description = 1000;

std::string_view name_of_type(const dom::element& value) {
  switch (value.type()) {
  case element_type::ARRAY:
    return "an array";
  case element_type::OBJECT:
    return "an object";
  case element_type::INT64:
  case element_type::UINT64:
  case element_type::DOUBLE:
    return "a number";
  case element_type::STRING:
    return "a string";
  case element_type::BOOL:
    return "true or false";
  case element_type::NULL_VALUE:
    break;
  }
  return "null";
}

std::string listing(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words)
    text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string range_of(const field_rules& rules) {
  const std::string from = std::to_string(static_cast<std::int64_t>(rules.at_least));
  if (rules.above_zero)
    return "must be above zero";
  if (!std::isfinite(rules.at_most))
    return "must be at least " + from;
  return "must be from " + from + " to " + std::to_string(static_cast<std::int64_t>(rules.at_most));
}

} // namespace

bool reading::fail(const json_place& where, std::string_view what) {
  problem = where.text();
  problem.append(": ").append(what.size() > longest_description ? in_quotes(what) : what);
  return false;
}

bool reading::wrong_type(const json_place& where, std::string_view wanted, const dom::element& found) {
  return fail(where, std::string("expected ").append(wanted).append(", found ").append(name_of_type(found)));
}

bool reading::gather(const dom::object& object, const json_place& where, members& into) {
  std::vector<std::string_view> strangers; // names the table does not know
  std::size_t next = 0;                    // members mostly come in the table's order
  const std::size_t count = into.names.size();
  for (const auto [name, value] : object) {
    std::size_t i = next, tried = 0;
    for (; tried < count && into.names[i] != name; ++tried)
      i = i + 1 == count ? 0 : i + 1;
    if (tried == count) {
      if (!check_names(value, {&where, name, {}}))
        return false;
      strangers.push_back(name);
      continue;
    }
    if (into.has(i))
      return fail({&where, name, {}}, "appears twice");
    into.values[i] = value;
    into.seen |= std::uint64_t{1} << i;
    next = i + 1 == count ? 0 : i + 1;
  }
  return strangers.size() < 2 || all_different(strangers, where);
}

bool reading::check_names(const dom::element& value, const json_place& where) {
  if (value.type() == element_type::ARRAY) {
    std::size_t i = 0;
    for (const auto entry : dom::array(value))
      if (!check_names(entry, {&where, {}, i++}))
        return false;
    return true;
  }
  if (value.type() != element_type::OBJECT)
    return true;
  std::vector<std::string_view> names;
  for (const auto [name, inner] : dom::object(value)) {
    if (!check_names(inner, {&where, name, {}}))
      return false;
    names.push_back(name);
  }
  return all_different(names, where);
}

bool reading::all_different(std::vector<std::string_view>& names, const json_place& where) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() || fail({&where, *twice, {}}, "appears twice");
}

bool reading::text(const dom::element& value, const json_place& where, std::string_view& out) {
  return value.get(out) == simdjson::SUCCESS || wrong_type(where, "a string", value);
}

bool reading::string_value(std::string& out, const dom::element& from, const json_place& where,
                           const field_rules& rules) {
  if (rules.json)
    return raw(from, where, rules.shape, out);
  std::string_view read;
  if (!text(from, where, read))
    return false;
  if (strict_ && rules.date_time && !parse_timestamp(read))
    return fail(where, in_quotes(read) + " is no RFC 3339 time");
  if (strict_ && !rules.words.empty() && !listed(read, rules.words, where))
    return false;
  out = read;
  return true;
}

bool reading::id_text(const dom::element& from, const json_place& where, std::string_view& out) {
  if (!text(from, where, out))
    return false;
  if (out.empty())
    return fail(where, "an identifier must not be empty");
  if (out.size() > id_limit)
    return fail(where, "an identifier may have " + std::to_string(id_limit) + " bytes, this one has " +
                           std::to_string(out.size()));
  return true;
}

/// Every number is read as one with fractions, so that 60.0 is as good as 60 where a whole one is wanted.
bool reading::number(const dom::element& from, const json_place& where, std::string_view wanted,
                     const field_rules& rules, double& out) {
  if (from.get(out) != simdjson::SUCCESS)
    return wrong_type(where, wanted, from);
  if (!std::isfinite(out) || out < rules.at_least || out > rules.at_most || (rules.above_zero && out <= 0))
    return fail(where, "out of range, " + range_of(rules));
  return true;
}

bool reading::whole_number(const dom::element& from, const json_place& where, field_rules rules, double& out) {
  rules.at_most = std::min(rules.at_most, static_cast<double>(largest_counter));
  if (!number(from, where, "a whole number", rules, out))
    return false;
  return out == std::floor(out) || fail(where, "expected a whole number, found one with a fraction");
}

bool reading::raw(const dom::element& from, const json_place& where, json_shape shape, std::string& out) {
  if (shape == json_shape::object && from.type() != element_type::OBJECT)
    return wrong_type(where, "an object", from);
  if (shape == json_shape::array && from.type() != element_type::ARRAY)
    return wrong_type(where, "an array", from);
  if (!check_names(from, where))
    return false;
  const auto found = where.find_in(text_);
  if (!found)
    return fail(where, "cannot be found in the text");
  out = found->of(text_);
  return true;
}

bool reading::listed(std::string_view word, std::span<const std::string_view> words, const json_place& where) {
  if (std::find(words.begin(), words.end(), word) != words.end())
    return true;
  return fail(where, in_quotes(word) + " is none of " + listing(words));
}

bool reading::conditions_hold(const members& found, std::span<const condition> conditions, const json_place& where) {
  const auto position = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(found.names.begin(), found.names.end(), name) - found.names.begin());
  };
  for (const auto& [field, word, demanded] : conditions) {
    std::string_view value;
    const std::size_t deciding = position(field);
    if (found.has(deciding) && found.values[deciding].get(value) == simdjson::SUCCESS && value == word &&
        !found.has(position(demanded)))
      return fail({&where, demanded, {}}, std::string("missing, as ").append(field).append(" is ").append(word));
  }
  return true;
}

bool reading::watermark_value(watermark& out, const dom::element& from, const json_place& where) {
  using spelt = watermark_members;
  dom::object object;
  if (from.get(object) != simdjson::SUCCESS)
    return wrong_type(where, "an object", from);
  std::array<dom::element, spelt::names.size()> values;
  members found{spelt::names, values};
  if (!gather(object, where, found))
    return false;
  const json_place kind_at{&where, spelt::kind, {}}, value_at{&where, spelt::value, {}};
  const json_place lamport_at{&where, spelt::lamport_value, {}};
  std::string_view kind;
  if (!found.has(0) || !found.has(1))
    return fail(found.has(0) ? value_at : kind_at, "missing");
  if (!text(values[0], kind_at, kind))
    return false;
  out.kind = watermark_kind_of(kind);
  out.kind_text = kind;
  const auto wanted = spelt::value_type(out.kind);
  if (out.kind == watermark_kind::lamport_clock) {
    if (!whole_value(out.value.emplace(), values[1], value_at, {}))
      return false;
  } else if (strict_ && wanted == "string" && values[1].type() != element_type::STRING) {
    return wrong_type(value_at, "a string", values[1]);
  } else if (!raw(values[1], value_at, strict_ && wanted == "object" ? json_shape::object : json_shape::any,
                  out.raw_value)) {
    return false;
  }
  const bool has_lamport = found.has(2) && (strict_ || !values[2].is_null());
  if (has_lamport && !whole_value(out.lamport_value.emplace(), values[2], lamport_at, {}))
    return false;
  const auto what = problems(out);
  return !what || fail(where, *what);
}

} // namespace mpac::protocol
