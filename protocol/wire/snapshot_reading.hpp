// Reading records by their tables (snapshot_fields.hpp), more lenient than messages are read: what is missing or null
// has its default. For the decoder's sources alone.
#pragma once

#include "protocol/timestamp.hpp"
#include "protocol/wire/member_traits.hpp"
#include "protocol/wire/reading.hpp"
#include "protocol/wire/snapshot_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace mpac::protocol {

/// Numbers of a snapshot that count something end here: what is above could not go on counting.
inline constexpr std::uint64_t largest_kept = largest_counter >> 1;

/// Reads one snapshot. The first mistake ends the reading, as in `reading`, which keeps it.
class snapshot_reading {
public:
  explicit snapshot_reading(reading& in) : in_(in) {}

  bool fail(const json_place& where, std::string_view what) { return in_.fail(where, what); }

  /// The members of a table; those it does not know are let through.
  template <kept_as_table T>
  bool members(T& out, const dom::object& object, const json_place& where) {
    static constexpr auto names =
        std::apply([](const auto&... field) { return std::array<std::string_view, sizeof...(field)>{field.name...}; },
                   kept<T>::table);
    static_assert(names.size() <= 64);
    std::array<dom::element, names.size()> values;
    protocol::members found{names, values};
    if (!in_.gather(object, where, found))
      return false;
    std::size_t slot = 0;
    return std::apply([&](const auto&... field) { return (member(out, field, found, slot++, where) && ...); },
                      kept<T>::table);
  }

  /// Each entry of a list of objects: `read(object, place)`. Nothing where there is none.
  template <class Read>
  bool list(const dom::object& object, std::string_view name, const json_place& outer, Read&& read) {
    dom::element found;
    const json_place where{&outer, name, {}};
    if (object[name].get(found) != simdjson::SUCCESS || found.is_null())
      return true;
    dom::array entries;
    if (found.get(entries) != simdjson::SUCCESS)
      return in_.wrong_type(where, "an array", found);
    std::size_t i = 0;
    for (const auto entry : entries) {
      const json_place at{&where, {}, i++};
      dom::object each;
      if (entry.get(each) != simdjson::SUCCESS)
        return in_.wrong_type(at, "an object", entry);
      if (!read(each, at))
        return false;
    }
    return true;
  }

  template <class T>
  bool value(T& out, const dom::element& from, const json_place& where) {
    if constexpr (is_optional<T>)
      return optional_value(out, from, where);
    else if constexpr (std::is_same_v<T, scope>)
      return scope_value(out, from, where);
    else if constexpr (is_list<T>)
      return list_value(out, from, where);
    else if constexpr (is_word<T>)
      return word_value(out, from, where);
    else if constexpr (base::is_strong_id<T>)
      return id_value(out, from, where);
    else if constexpr (std::is_same_v<T, std::string>)
      return text_value(out, from, where);
    else if constexpr (std::is_same_v<T, bool>)
      return from.get(out) == simdjson::SUCCESS || in_.wrong_type(where, "true or false", from);
    else if constexpr (std::is_enum_v<T>)
      return enum_value(out, from, where);
    else if constexpr (std::is_same_v<T, base::instant>)
      return instant_value(out, from, where);
    else if constexpr (std::is_same_v<T, base::duration>)
      return duration_value(out, from, where);
    else if constexpr (std::is_same_v<T, double>)
      return number(out, from, where, std::numeric_limits<double>::max());
    else if constexpr (std::is_integral_v<T>)
      return whole_value(out, from, where);
    else if constexpr (std::is_same_v<T, json_text>)
      return out.text = simdjson::minify(from), true;
    else if constexpr (kept_as_table<T>)
      return record_value(out, from, where);
    else
      return map_value(out, from, where);
  }

private:
  template <class T, class Field>
  bool member(T& out, const Field& field, const protocol::members& found, std::size_t slot, const json_place& where) {
    const json_place at{&where, field.name, {}};
    if (!found.has(slot))
      return !field.is_required || fail(at, "missing");
    auto& into = out.*field.member;
    if (!found.values[slot].is_null())
      return value(into, found.values[slot], at);
    if constexpr (std::is_same_v<std::decay_t<decltype(into)>, base::instant>)
      if (T{}.*field.member == base::never) // where that is what is meant by nothing
        into = base::never;
    return !field.is_required || fail(at, "missing");
  }

  template <class T>
  bool optional_value(std::optional<T>& out, const dom::element& from, const json_place& where) {
    if constexpr (base::is_strong_id<T>) { // some write "" for none
      std::string_view text;
      if (from.get(text) == simdjson::SUCCESS && text.empty())
        return out.reset(), true;
    }
    return value(out.emplace(), from, where);
  }

  template <class T>
  bool list_value(std::vector<T>& out, const dom::element& from, const json_place& where) {
    dom::array entries;
    if (from.get(entries) != simdjson::SUCCESS)
      return in_.wrong_type(where, "an array", from);
    out.clear();
    std::size_t i = 0;
    for (const auto entry : entries)
      if (!value(out.emplace_back(), entry, {&where, {}, i++}))
        return false;
    return true;
  }

  template <class Map>
  bool map_value(Map& out, const dom::element& from, const json_place& where) {
    dom::object entries;
    if (from.get(entries) != simdjson::SUCCESS)
      return in_.wrong_type(where, "an object", from);
    out.clear();
    for (const auto [name, entry] : entries) {
      const json_place at{&where, name, {}};
      const auto [place, is_new] = out.try_emplace(std::string(name));
      if (!is_new)
        return fail(at, "appears twice");
      if (!value(place->second, entry, at))
        return false;
    }
    return true;
  }

  template <class T>
  bool record_value(T& out, const dom::element& from, const json_place& where) {
    dom::object object;
    if (from.get(object) != simdjson::SUCCESS)
      return in_.wrong_type(where, "an object", from);
    return members(out, object, where);
  }

  template <class E>
  bool enum_value(E& out, const dom::element& from, const json_place& where) {
    std::string_view text;
    if (!in_.text(from, where, text))
      return false;
    const auto known = from_word<E>(text);
    if (!known)
      return fail(where, in_quotes(text) + " is none that is known here");
    out = *known;
    return true;
  }

  template <class E>
  bool word_value(word<E>& out, const dom::element& from, const json_place& where) {
    std::string text;
    if (!text_value(text, from, where))
      return false;
    out = word<E>(std::move(text));
    return true;
  }

  template <class Id>
  bool id_value(Id& out, const dom::element& from, const json_place& where) {
    std::string_view text;
    if (!in_.text(from, where, text))
      return false;
    if (text.size() > id_limit)
      return fail(where, "an identifier may have " + std::to_string(id_limit) + " bytes, this one has " +
                             std::to_string(text.size()));
    out = Id(text);
    return true;
  }

  template <class Whole>
  bool whole_value(Whole& out, const dom::element& from, const json_place& where) {
    constexpr auto most = std::min(static_cast<std::uint64_t>(std::numeric_limits<Whole>::max()), largest_kept);
    double read = 0;
    if (!number(read, from, where, static_cast<double>(most)))
      return false;
    if (read != std::floor(read))
      return fail(where, "expected a whole number, found one with a fraction");
    out = static_cast<Whole>(read);
    return true;
  }

  bool text_value(std::string& out, const dom::element& from, const json_place& where);
  bool number(double& out, const dom::element& from, const json_place& where, double most);
  bool instant_value(base::instant& out, const dom::element& from, const json_place& where);
  bool duration_value(base::duration& out, const dom::element& from, const json_place& where);
  bool scope_value(scope& out, const dom::element& from, const json_place& where);

  reading& in_;
};

} // namespace mpac::protocol
