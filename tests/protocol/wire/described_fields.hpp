// The field tables as a list that a test can walk: where each field stands in a filled message, and what it takes.
#pragma once

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/wire/member_traits.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

using namespace protocol;

/// The JSON a field takes.
enum class takes {
  text,
  identifier,
  listed_word,
  number,
  whole_number,
  flag,
  list,
  object,
  watermark,
  json_object,
  json_array,
  anything
};

struct described_field {
  std::vector<std::string> steps; ///< names, from the document down; "0" is the first entry of a list
  std::string path;               ///< as refusals spell it
  protocol::presence presence = presence::optional;
  takes wants = takes::anything;
  field_rules rules;
  bool entry = false; ///< stands for the first entry of a list, which is never "missing"
};

template <class T>
takes wanted_of(const field_rules& rules) {
  const auto of_shape = [&] {
    return rules.shape == json_shape::object  ? takes::json_object
           : rules.shape == json_shape::array ? takes::json_array
                                              : takes::anything;
  };
  if constexpr (is_optional<T>)
    return wanted_of<typename T::value_type>(rules);
  else if constexpr (is_list<T>)
    return takes::list;
  else if constexpr (is_word<T>)
    return takes::listed_word;
  else if constexpr (base::is_strong_id<T>)
    return takes::identifier;
  else if constexpr (std::is_same_v<T, std::string>)
    return rules.json ? of_shape() : takes::text;
  else if constexpr (std::is_same_v<T, bool>)
    return takes::flag;
  else if constexpr (std::is_same_v<T, double>)
    return takes::number;
  else if constexpr (std::is_integral_v<T>)
    return takes::whole_number;
  else if constexpr (std::is_same_v<T, json_text>)
    return of_shape();
  else if constexpr (std::is_same_v<T, watermark>)
    return takes::watermark;
  else
    return takes::object;
}

template <tabled T>
void describe(std::vector<described_field>& out, const described_field& around);

template <class T>
void describe_inside(std::vector<described_field>& out, const described_field& field) {
  if constexpr (is_optional<T>) {
    describe_inside<typename T::value_type>(out, field);
  } else if constexpr (is_list<T>) {
    described_field entry = field;
    entry.steps.push_back("0");
    entry.path += "[0]";
    entry.entry = true;
    entry.presence = presence::required;
    entry.wants = wanted_of<typename T::value_type>(field.rules);
    entry.rules.filled = false;
    out.push_back(entry);
    describe_inside<typename T::value_type>(out, entry);
  } else if constexpr (tabled<T>) {
    describe<T>(out, field);
  }
}

template <tabled T>
void describe(std::vector<described_field>& out, const described_field& around) {
  all_fields<T>([&](const auto& f) {
    using member = typename std::remove_cvref_t<decltype(f)>::value_type;
    described_field one;
    one.steps = around.steps;
    one.steps.emplace_back(f.name);
    const std::string name(f.name);
    one.path = around.path.empty()                   ? name
               : name.find('.') != std::string::npos ? around.path + "[\"" + name + "\"]"
                                                     : around.path + "." + name;
    one.presence = f.presence;
    one.rules = f.rules;
    one.wants = wanted_of<member>(f.rules);
    out.push_back(one);
    describe_inside<member>(out, one);
    return true;
  });
}

/// Every field of a message's payload, those of nested objects included.
template <class Message>
std::vector<described_field> payload_fields() {
  std::vector<described_field> out;
  described_field payload;
  payload.steps = {"payload"};
  payload.path = "payload";
  describe<Message>(out, payload);
  return out;
}

/// Every field of the envelope but the payload's.
inline std::vector<described_field> envelope_fields() {
  std::vector<described_field> out;
  describe<envelope>(out, {});
  for (const std::string_view name : {envelope_members::protocol, envelope_members::message_type}) {
    described_field one;
    one.steps = {std::string(name)};
    one.path = name;
    one.presence = presence::required;
    one.wants = takes::text;
    out.push_back(one);
  }
  return out;
}

} // namespace mpac::tests
