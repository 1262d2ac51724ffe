// Reading a parsed document by field tables (SPEC 13.1). Brings simdjson along: for the decoder's sources alone.
#pragma once

#include "base/strong_id.hpp"
#include "protocol/error_code.hpp"
#include "protocol/json_text.hpp"
#include "protocol/messages/field.hpp"
#include "protocol/timestamp.hpp"
#include "protocol/watermark.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/json_place.hpp"
#include "protocol/wire/member_traits.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mpac::protocol {

namespace dom = simdjson::dom;

/// The members of one object, those of a table sorted into its order.
struct members {
  std::span<const std::string_view> names; ///< at most 64
  std::span<dom::element> values;
  std::uint64_t seen = 0;

  [[nodiscard]] bool has(std::size_t i) const { return (seen >> i) & 1; }
};

/// Reads one document. The first mistake ends the reading: the function that found it answers false, so do those above
/// it, and `problem` and `code` say what it was.
class reading {
public:
  reading(std::string_view text, strictness how) : text_(text), strict_(how == strictness::strict) {}

  std::string problem;
  error_code code = error_code::malformed_message;

  [[nodiscard]] bool strict() const { return strict_; }

  bool fail(const json_place& where, std::string_view what);
  bool wrong_type(const json_place& where, std::string_view wanted, const dom::element& found);

  /// Sorts an object's members into `into`. No name may come twice, neither there nor inside members the table does not
  /// know, which are not looked at further.
  bool gather(const dom::object& object, const json_place& where, members& into);

  /// No object inside has a name twice.
  bool check_names(const dom::element& value, const json_place& where);

  bool text(const dom::element& value, const json_place& where, std::string_view& out);

  /// Reads a struct by its table.
  template <tabled T>
  bool struct_value(T& out, const dom::object& object, const json_place& where) {
    static_assert(field_count<T> <= 64);
    std::array<dom::element, field_count<T>> values;
    members found{field_names<T>, values};
    return gather(object, where, found) && table_values(out, found, where);
  }

  /// The fields of a table, once an object's members are sorted.
  template <tabled T>
  bool table_values(T& out, const members& found, const json_place& where) {
    std::size_t slot = 0;
    if (!all_fields<T>([&](const auto& f) { return field_value(out.*f.member, f, found, slot++, where); }))
      return false;
    if constexpr (requires { fields<T>::conditions; })
      if ((strict_ || requires { fields<T>::conditions_always; }) &&
          !conditions_hold(found, fields<T>::conditions, where))
        return false;
    if constexpr (requires { fields<T>::finish(out); })
      fields<T>::finish(out);
    if constexpr (requires { fields<T>::problems(out); })
      if (const auto what = fields<T>::problems(out))
        return fail(where, *what);
    if constexpr (requires { fields<T>::strict_problems(out); })
      if (const auto wrong = strict_ ? fields<T>::strict_problems(out) : std::nullopt)
        return fail({&where, wrong->field, {}}, wrong->what);
    return true;
  }

private:
  template <class Member, class Field>
  bool field_value(Member& out, const Field& f, const members& found, std::size_t slot, const json_place& where) {
    const json_place at{&where, f.name, {}};
    const bool demanded = f.presence == presence::required || (strict_ && f.presence == presence::expected);
    if (!found.has(slot))
      return !demanded || fail(at, "missing");
    const bool null_means_absent =
        f.rules.null_allowed || (f.presence != presence::required && !f.rules.never_null && !strict_);
    if (null_means_absent && found.values[slot].is_null())
      return true;
    return value(out, found.values[slot], at, f.rules);
  }

  template <class T>
  bool value(T& out, const dom::element& from, const json_place& where, const field_rules& rules) {
    if constexpr (is_optional<T>)
      return value(out.emplace(), from, where, rules);
    else if constexpr (is_list<T>)
      return list_value(out, from, where, rules);
    else if constexpr (is_word<T>)
      return word_value(out, from, where);
    else if constexpr (base::is_strong_id<T>)
      return id_value(out, from, where);
    else if constexpr (std::is_same_v<T, std::string>)
      return string_value(out, from, where, rules);
    else if constexpr (std::is_same_v<T, bool>)
      return from.get(out) == simdjson::SUCCESS || wrong_type(where, "true or false", from);
    else if constexpr (std::is_same_v<T, double>)
      return number(from, where, "a number", rules, out);
    else if constexpr (std::is_integral_v<T>)
      return whole_value(out, from, where, rules);
    else if constexpr (std::is_same_v<T, json_text>)
      return raw(from, where, rules.shape, out.text);
    else if constexpr (std::is_same_v<T, watermark>)
      return watermark_value(out, from, where);
    else if constexpr (tabled<T>)
      return object_value(out, from, where);
    else
      return map_value(out, from, where);
  }

  template <class T>
  bool list_value(std::vector<T>& out, const dom::element& from, const json_place& where, const field_rules& rules) {
    dom::array entries;
    if (from.get(entries) != simdjson::SUCCESS)
      return wrong_type(where, "an array", from);
    if (rules.filled && entries.begin() == entries.end())
      return fail(where, "must not be empty");
    out.reserve(entries.size());
    std::size_t i = 0;
    for (const auto entry : entries)
      if (!value(out.emplace_back(), entry, {&where, {}, i++}, rules))
        return false;
    return true;
  }

  template <class T>
  bool object_value(T& out, const dom::element& from, const json_place& where) {
    dom::object object;
    if (from.get(object) != simdjson::SUCCESS)
      return wrong_type(where, "an object", from);
    return struct_value(out, object, where);
  }

  template <class T>
  bool map_value(std::map<std::string, T>& out, const dom::element& from, const json_place& where) {
    dom::object entries;
    if (from.get(entries) != simdjson::SUCCESS)
      return wrong_type(where, "an object", from);
    for (const auto [name, entry] : entries) {
      const json_place at{&where, name, {}};
      const auto [place, is_new] = out.try_emplace(std::string(name));
      if (!is_new)
        return fail(at, "appears twice");
      if (!value(place->second, entry, at, {}))
        return false;
    }
    return true;
  }

  template <class E>
  bool word_value(word<E>& out, const dom::element& from, const json_place& where) {
    std::string_view read;
    if (!text(from, where, read))
      return false;
    out = word<E>(std::string(read));
    const bool demanded = word_list<E>::acted_on || (strict_ && !is_open_list<E>());
    return out.known() || !demanded || listed(read, words_of<E>, where);
  }

  template <class Id>
  bool id_value(Id& out, const dom::element& from, const json_place& where) {
    std::string_view read;
    if (!id_text(from, where, read))
      return false;
    out = Id(read);
    return true;
  }

  template <class Whole>
  bool whole_value(Whole& out, const dom::element& from, const json_place& where, const field_rules& rules) {
    double read = 0;
    if (!whole_number(from, where, rules, read))
      return false;
    out = static_cast<Whole>(read);
    return true;
  }

  bool string_value(std::string& out, const dom::element& from, const json_place& where, const field_rules& rules);
  bool id_text(const dom::element& from, const json_place& where, std::string_view& out);
  bool number(const dom::element& from, const json_place& where, std::string_view wanted, const field_rules& rules,
              double& out);
  bool whole_number(const dom::element& from, const json_place& where, field_rules rules, double& out);
  bool raw(const dom::element& from, const json_place& where, json_shape shape, std::string& out);
  bool watermark_value(watermark& out, const dom::element& from, const json_place& where);
  bool listed(std::string_view word, std::span<const std::string_view> words, const json_place& where);
  bool conditions_hold(const members& found, std::span<const condition> conditions, const json_place& where);
  bool all_different(std::vector<std::string_view>& names, const json_place& where);

  std::string_view text_;
  bool strict_;
};

} // namespace mpac::protocol
