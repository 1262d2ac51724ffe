// How values become bytes and come back: aggregates by place, and what they are made of by a rule for each kind.
// Heavy: for the .cpp files that write and read.
#pragma once

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "protocol/shared_record.hpp"
#include "protocol/word.hpp"
#include "store/byte_reader.hpp"
#include "store/byte_writer.hpp"

#include <boost/pfr.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace mpac::store {

/// `put` writes a value in at least one byte; `take` reads over one that holds its default, false after a failure.
/// This is the rule of aggregates, the others follow.
template <class T>
struct code;

/// A value to be read over.
template <class T>
T blank() {
  if constexpr (std::default_initializable<T>)
    return T{};
  else if constexpr (std::is_aggregate_v<T>)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return T{blank<boost::pfr::tuple_element_t<I, T>>()...};
    }
  (std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
  else return code<T>::blank();
}

template <class... Members>
void put_members(byte_writer& to, const Members&... members) {
  (code<Members>::put(to, members), ...);
}

/// Members that are not there keep what they hold.
template <class... Members>
[[nodiscard]] bool take_members(byte_reader& from, Members&... members) {
  return ((from.at_end() || code<Members>::take(from, members)) && ...);
}

template <class T>
struct code {
  static_assert(std::is_aggregate_v<T>, "what is no aggregate needs a rule of its own");
  static_assert(!std::is_empty_v<T>);

  static void put(byte_writer& to, const T& value) {
    to.measured([&] {
      std::apply([&](const auto&... members) { put_members(to, members...); }, boost::pfr::structure_tie(value));
    });
  }
  static bool take(byte_reader& from, T& value) {
    return from.measured([&] {
      if (from.at_end()) // only what came later may be missing
        return from.fail("a record without any member");
      return std::apply([&](auto&... members) { return take_members(from, members...); },
                        boost::pfr::structure_tie(value));
    });
  }
};

/// The last enumerator: enums are written as their number.
template <class E>
inline constexpr E last_of = [] {
  E last{};
  for (const auto& [value, text] : protocol::word_list<E>::words)
    last = std::max(last, value);
  return last;
}();

template <class E>
requires std::is_enum_v<E>
struct code<E> {
  static void put(byte_writer& to, E value) { to.number(static_cast<std::uint64_t>(value)); }
  static bool take(byte_reader& from, E& value) {
    std::uint64_t number = 0;
    if (!from.number(number))
      return false;
    if (number > static_cast<std::uint64_t>(last_of<E>))
      return from.fail("number " + std::to_string(number) + " of a list that ends with " +
                       std::to_string(static_cast<std::uint64_t>(last_of<E>)));
    value = static_cast<E>(number);
    return true;
  }
};

template <>
struct code<bool> {
  static void put(byte_writer& to, bool value) { to.byte(value); }
  static bool take(byte_reader& from, bool& value) {
    std::uint8_t byte = 0;
    if (!from.byte(byte))
      return false;
    value = byte == 1;
    return byte <= 1 || from.fail("neither yes nor no");
  }
};

template <std::unsigned_integral N>
struct code<N> {
  static void put(byte_writer& to, N value) { to.number(value); }
  static bool take(byte_reader& from, N& value) {
    std::uint64_t number = 0;
    if (!from.number(number))
      return false;
    if (number > std::numeric_limits<N>::max())
      return from.fail("the number " + std::to_string(number) + " is too large");
    value = static_cast<N>(number);
    return true;
  }
};

/// Small ones take little, on both sides of zero.
template <>
struct code<std::int64_t> {
  static constexpr std::uint64_t folded(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  }
  static constexpr std::int64_t unfolded(std::uint64_t number) {
    return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
  }
  static void put(byte_writer& to, std::int64_t value) { to.number(folded(value)); }
  static bool take(byte_reader& from, std::int64_t& value) {
    std::uint64_t number = 0;
    if (!from.number(number))
      return false;
    value = unfolded(number);
    return true;
  }
};

template <>
struct code<double> {
  static void put(byte_writer& to, double value) { to.eight_bytes(std::bit_cast<std::uint64_t>(value)); }
  static bool take(byte_reader& from, double& value) {
    std::uint64_t bits = 0;
    if (!from.eight_bytes(bits))
      return false;
    value = std::bit_cast<double>(bits);
    return std::isfinite(value) || from.fail("a number that is none");
  }
};

/// Rules may add two times without a thought: what is read is no larger than this.
inline constexpr std::int64_t longest_time = 4 * base::never.time_since_epoch().count();

template <>
struct code<base::duration> {
  static void put(byte_writer& to, base::duration value) { code<std::int64_t>::put(to, value.count()); }
  static bool take(byte_reader& from, base::duration& value) {
    std::int64_t count = 0;
    if (!code<std::int64_t>::take(from, count))
      return false;
    value = base::duration{count};
    return (count <= longest_time && count >= -longest_time) || from.fail("a time beyond all calendars");
  }
};

/// `never` is the commonest: it changes places with the microsecond before 1970, and so takes one byte.
template <>
struct code<base::instant> {
  static constexpr base::instant swapped(base::instant when) {
    constexpr base::instant seldom{base::duration{-1}};
    return when == base::never ? seldom : when == seldom ? base::never : when;
  }
  static void put(byte_writer& to, base::instant value) {
    code<base::duration>::put(to, swapped(value).time_since_epoch());
  }
  static bool take(byte_reader& from, base::instant& value) {
    base::duration since{};
    if (!code<base::duration>::take(from, since))
      return false;
    value = swapped(base::instant{since});
    return true;
  }
};

template <>
struct code<std::string> {
  static void put(byte_writer& to, const std::string& value) { to.text(value); }
  static bool take(byte_reader& from, std::string& value) {
    std::string_view text;
    if (!from.text(text))
      return false;
    value = text;
    return true;
  }
};

template <class Tag>
struct code<base::strong_id<Tag>> {
  static void put(byte_writer& to, const base::strong_id<Tag>& value) { to.text(value.str()); }
  static bool take(byte_reader& from, base::strong_id<Tag>& value) {
    std::string_view text;
    if (!from.text(text))
      return false;
    value = base::strong_id<Tag>(text);
    return true;
  }
};

/// As its text, so that words of somebody's own survive.
template <class E>
struct code<protocol::word<E>> {
  static void put(byte_writer& to, const protocol::word<E>& value) { to.text(value.text()); }
  static bool take(byte_reader& from, protocol::word<E>& value) {
    std::string_view text;
    if (!from.text(text))
      return false;
    value = protocol::word<E>(std::string(text));
    return true;
  }
};

template <class T>
struct code<std::optional<T>> {
  static void put(byte_writer& to, const std::optional<T>& value) {
    to.byte(value.has_value());
    if (value)
      code<T>::put(to, *value);
  }
  static bool take(byte_reader& from, std::optional<T>& value) {
    bool is_there = false;
    if (!code<bool>::take(from, is_there))
      return false;
    if (!is_there) {
      value.reset();
      return true;
    }
    return code<T>::take(from, value.emplace(blank<T>()));
  }
};

template <class T>
struct code<std::shared_ptr<const T>> {
  static void put(byte_writer& to, const std::shared_ptr<const T>& value) {
    to.byte(value != nullptr);
    if (value)
      code<T>::put(to, *value);
  }
  static bool take(byte_reader& from, std::shared_ptr<const T>& value) {
    bool is_there = false;
    if (!code<bool>::take(from, is_there))
      return false;
    if (!is_there) {
      value.reset();
      return true;
    }
    auto made = std::make_shared<T>();
    value = made;
    return from.may_take(sizeof(T)) && code<T>::take(from, *made);
  }
};

template <class T>
struct code<protocol::shared_record<T>> {
  static void put(byte_writer& to, const protocol::shared_record<T>& value) { code<T>::put(to, *value); }
  static bool take(byte_reader& from, protocol::shared_record<T>& value) {
    T made = store::blank<T>();
    if (!from.may_take(sizeof(T)) || !code<T>::take(from, made))
      return false;
    value = protocol::shared_record<T>(std::move(made));
    return true;
  }
  static protocol::shared_record<T> blank() {
    static const protocol::shared_record<T> empty(store::blank<T>());
    return empty;
  }
};

template <class A, class B>
struct code<std::pair<A, B>> {
  static void put(byte_writer& to, const std::pair<A, B>& value) {
    code<A>::put(to, value.first);
    code<B>::put(to, value.second);
  }
  static bool take(byte_reader& from, std::pair<A, B>& value) {
    return code<A>::take(from, value.first) && code<B>::take(from, value.second);
  }
};

template <class T>
struct code<std::vector<T>> {
  static void put(byte_writer& to, const std::vector<T>& value) {
    to.number(value.size());
    for (const auto& one : value)
      code<T>::put(to, one);
  }
  static bool take(byte_reader& from, std::vector<T>& value) {
    std::size_t count = 0;
    if (!from.count(count) || !from.may_take(count * sizeof(T)))
      return false;
    value.clear();
    value.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      if (!code<T>::take(from, value.emplace_back(blank<T>())))
        return false;
    return true;
  }
};

inline constexpr std::size_t tree_node = 48; // what a node takes beside its value

template <class Key, class Value, class Order>
struct code<std::map<Key, Value, Order>> {
  static void put(byte_writer& to, const std::map<Key, Value, Order>& value) {
    to.number(value.size());
    for (const auto& [key, mapped] : value) {
      code<Key>::put(to, key);
      code<Value>::put(to, mapped);
    }
  }
  static bool take(byte_reader& from, std::map<Key, Value, Order>& value) {
    std::size_t count = 0;
    if (!from.count(count) || !from.may_take(count * (sizeof(std::pair<Key, Value>) + tree_node)))
      return false;
    value.clear();
    for (std::size_t i = 0; i < count; ++i) {
      std::pair<Key, Value> one = blank<std::pair<Key, Value>>();
      if (!code<std::pair<Key, Value>>::take(from, one))
        return false;
      value.insert_or_assign(std::move(one.first), std::move(one.second));
    }
    return true;
  }
};

/// Sorted: same values, same bytes.
template <class T>
struct code<std::unordered_set<T>> {
  static void put(byte_writer& to, const std::unordered_set<T>& value) {
    std::vector<const T*> sorted;
    sorted.reserve(value.size());
    for (const auto& one : value)
      sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return *a < *b; });
    to.number(sorted.size());
    for (const auto* one : sorted)
      code<T>::put(to, *one);
  }
  static bool take(byte_reader& from, std::unordered_set<T>& value) {
    std::size_t count = 0;
    if (!from.count(count) || !from.may_take(count * (sizeof(T) + tree_node)))
      return false;
    value.clear();
    for (std::size_t i = 0; i < count; ++i) {
      T one = blank<T>();
      if (!code<T>::take(from, one))
        return false;
      value.insert(std::move(one));
    }
    return true;
  }
};

template <class... Alternatives>
struct code<std::variant<Alternatives...>> {
  using value_type = std::variant<Alternatives...>;

  static void put(byte_writer& to, const value_type& value) {
    to.number(value.index());
    std::visit([&]<class One>(const One& one) { code<One>::put(to, one); }, value);
  }
  static bool take(byte_reader& from, value_type& value) {
    std::uint64_t which = 0;
    if (!from.number(which))
      return false;
    if (which >= sizeof...(Alternatives))
      return from.fail("kind " + std::to_string(which) + ", of which nothing is known here");
    return takers[which](from, value);
  }
  static value_type blank() { return store::blank<std::variant_alternative_t<0, value_type>>(); }

private:
  template <class One>
  static bool take_one(byte_reader& from, value_type& value) {
    return code<One>::take(from, value.template emplace<One>(store::blank<One>()));
  }
  static constexpr std::array<bool (*)(byte_reader&, value_type&), sizeof...(Alternatives)> takers{
      &take_one<Alternatives>...};
};

} // namespace mpac::store
