// What every field of every message has to stand: to be missing, to be null, and to be of each wrong type.
#pragma once

#include "tests/protocol/wire/altered_message.hpp"
#include "tests/protocol/wire/described_fields.hpp"
#include "tests/protocol/wire/samples.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace mpac::tests {

/// Paths that a condition of the specification demands although the table says optional.
using demanded_paths = std::set<std::string>;

inline void require_refused(const altered_message& message, strictness how, const std::string& path) {
  const auto why = message.refused(how);
  INFO(message.text());
  REQUIRE(why);
  INFO(why->description);
  CHECK(why->code == error_code::malformed_message);
  CHECK(why->description.rfind(path, 0) == 0);
}

inline void require_accepted(const altered_message& message, strictness how) {
  const auto why = message.refused(how);
  INFO(message.text());
  INFO((why ? why->description : std::string{}));
  REQUIRE(!why);
}

inline void check_missing(const envelope& whole, const described_field& field, const demanded_paths& demanded) {
  if (field.entry)
    return;
  altered_message message(whole);
  REQUIRE(message.remove(field.steps));
  for (const auto how : {strictness::lenient, strictness::strict}) {
    const bool in_scope_kind = field.steps.back() == "resources"; // sample scopes are file sets
    if (field.presence == presence::required || in_scope_kind ||
        (how == strictness::strict && (field.presence == presence::expected || demanded.count(field.path))))
      require_refused(message, how, field.path + ": missing");
    else
      require_accepted(message, how);
  }
}

inline void check_null(const envelope& whole, const described_field& field) {
  if (field.wants == takes::anything)
    return;
  altered_message message(whole);
  REQUIRE(message.replace(field.steps, "null"));
  if (field.steps.back() == "resources")
    return; // for the scope's own tests
  const bool may_be_absent = field.presence != presence::required && !field.rules.never_null;
  if (may_be_absent)
    require_accepted(message, strictness::lenient);
  else
    require_refused(message, strictness::lenient, field.path + ": expected ");
  if (field.rules.null_allowed)
    require_accepted(message, strictness::strict);
  else
    require_refused(message, strictness::strict, field.path + ": expected ");
}

inline bool takes_json(takes wants, std::string_view type) {
  switch (wants) {
  case takes::text:
  case takes::identifier:
  case takes::listed_word:
    return type == "string";
  case takes::number:
  case takes::whole_number:
    return type == "number";
  case takes::flag:
    return type == "flag";
  case takes::list:
  case takes::json_array:
    return type == "array";
  case takes::object:
  case takes::watermark:
  case takes::json_object:
    return type == "object";
  case takes::anything:
    break;
  }
  return true;
}

inline void check_wrong_types(const envelope& whole, const described_field& field) {
  const std::pair<std::string_view, std::string_view> values[] = {{"string", R"("x")"}, {"number", "7"},
                                                                  {"number", "1.5"},    {"flag", "true"},
                                                                  {"array", "[7]"},     {"object", R"({"x":7})"}};
  for (const auto& [type, json] : values) {
    if (takes_json(field.wants, type))
      continue;
    altered_message message(whole);
    REQUIRE(message.replace(field.steps, json));
    for (const auto how : {strictness::lenient, strictness::strict})
      require_refused(message, how, field.path + ": expected ");
  }
}

inline void check_wrong_values(const envelope& whole, const described_field& field) {
  const auto refused = [&](std::string_view json, strictness how) {
    altered_message message(whole);
    REQUIRE(message.replace(field.steps, json));
    require_refused(message, how, field.path + ": ");
  };
  const auto both = [&](std::string_view json) {
    refused(json, strictness::lenient);
    refused(json, strictness::strict);
  };
  if (field.wants == takes::identifier) {
    both(R"("")");
    both("\"" + std::string(id_limit + 1, 'i') + "\"");
  }
  if (field.wants == takes::whole_number) {
    both("1.5");
    both("9007199254740992");
    both("18446744073709551615");
  }
  if (field.wants == takes::number || field.wants == takes::whole_number)
    both("-1");
  if (field.rules.above_zero)
    both("0");
  if (field.rules.at_most == 1)
    both("1.01");
  if (field.rules.date_time)
    refused(R"("yesterday")", strictness::strict);
  if (field.rules.filled)
    both("[]");
}

/// All of it, for each field of one message.
template <class Message>
void check_fields(const demanded_paths& demanded = {}) {
  const envelope whole = sample_envelope<fixed, Message>();
  require_accepted(altered_message(whole), strictness::strict);
  for (const auto& field : payload_fields<Message>()) {
    CAPTURE(field.path);
    check_missing(whole, field, demanded);
    check_null(whole, field);
    check_wrong_types(whole, field);
    check_wrong_values(whole, field);
  }
}

} // namespace mpac::tests
