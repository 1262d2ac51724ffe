// Field tables (SPEC 13.1): each struct of the wire says once what its fields are; reading, writing and schema follow.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace mpac::protocol {

/// Who has to send a field.
enum class presence {
  required, ///< always demanded
  expected, ///< demanded by the specification, but existing clients leave it out or send null: a strict session insists
  optional, ///< may be left out
};

/// What a field kept as JSON text has to be.
enum class json_shape { any, array, object };

/// What a value has to be, beyond its type. Each rule concerns the types it names and is idle for others.
struct field_rules {
  double at_least = 0;                                      ///< numbers
  double at_most = std::numeric_limits<double>::infinity(); ///< numbers; integers end at 2^53-1 anyway (O-007)
  bool above_zero = false;                                  ///< numbers: and not zero
  bool date_time = false;                                   ///< text: RFC 3339, checked in strict sessions
  bool filled = false;                                      ///< lists: at least one entry
  bool json = false;                                        ///< text: JSON of the given shape, kept as it came
  json_shape shape = json_shape::any;                       ///< JSON text
  std::span<const std::string_view> words = {};             ///< text, lists of text: a strict session allows no other
  bool null_allowed = false;                                ///< null stands for absent even when strict
  bool never_null = false; ///< null is refused even from lenient clients: relayed, it would deafen existing ones
};

// A `required` field that lives in a std::optional is written as null when it is absent (the sideband's summary only).

/// One field: its name on the wire, where it lives, and what is demanded of it.
template <class Struct, class Member>
struct field {
  using value_type = Member;
  std::string_view name;
  Member Struct::*member;
  protocol::presence presence;
  field_rules rules;
};

template <class Struct, class Member>
constexpr field<Struct, Member> required(std::string_view name, Member Struct::*member, field_rules rules = {}) {
  return {name, member, presence::required, rules};
}
template <class Struct, class Member>
constexpr field<Struct, Member> expected(std::string_view name, Member Struct::*member, field_rules rules = {}) {
  return {name, member, presence::expected, rules};
}
template <class Struct, class Member>
constexpr field<Struct, Member> optional(std::string_view name, Member Struct::*member, field_rules rules = {}) {
  return {name, member, presence::optional, rules};
}

/// "When `field` is `word`, `demanded` is there" (rows marked C in SPEC 13.1). Strict sessions insist.
struct condition {
  std::string_view field, word, demanded;
};

/// What is wrong with a struct as a whole, and the field to blame.
struct mistake {
  std::string_view field;
  std::string_view what;
};

/// Specialised for each struct that has fields on the wire:
///   static constexpr auto table = std::tuple{required("intent_id", &intent_announce::intent_id), ...};
/// and, where there is something to say,
///   static constexpr auto conditions = std::to_array<condition>({...});
///   static constexpr bool conditions_always = true;              // lenient sessions insist too
///   static void finish(T&);                                      // after reading: fills what follows from the fields
///   static std::optional<std::string> problems(const T&);        // what no single field tells, refused always
///   static std::optional<mistake> strict_problems(const T&);     // the same, refused in strict sessions
///   static constexpr bool rests_on_watermark = true;             // the envelope must carry one (SPEC 12.5, 18.7)
///   static constexpr std::string_view schema = "scope";          // an object of its own in the published schema
template <class T>
struct fields;

/// True for structs with a field table.
template <class T>
concept tabled = requires {
  fields<T>::table;
};

template <tabled T>
inline constexpr std::size_t field_count = std::tuple_size_v<std::remove_cvref_t<decltype(fields<T>::table)>>;

/// The fields' names, in the table's order.
template <tabled T>
inline constexpr auto
    field_names = std::apply([](const auto&... f) { return std::array<std::string_view, sizeof...(f)>{f.name...}; },
                             fields<T>::table);

/// Calls `visit` with each field of the table, in order, until one answers false; says whether none did.
template <tabled T, class Visitor>
constexpr bool all_fields(Visitor&& visit) {
  return std::apply([&](const auto&... f) { return (visit(f) && ...); }, fields<T>::table);
}

} // namespace mpac::protocol
