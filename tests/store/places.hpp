// Values looked at place by place, as they are written. Heavy, as store/by_place.hpp is.
#pragma once

#include "protocol/event.hpp"
#include "store/kept_values.hpp"

#include <string>

namespace mpac::tests {

/// What a value is made of, each with its counterpart in another one.
template <class T>
struct parts {
  static constexpr bool has_any = std::is_aggregate_v<T>;
  /// Whether `holds` for each; false where the two are not alike.
  template <class Holds>
  static bool all(const T& a, const T& b, Holds&& holds) {
    if constexpr (has_any)
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (holds(boost::pfr::get<I>(a), boost::pfr::get<I>(b)) && ...);
      }
    (std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
    return true;
  }
};

template <class T>
struct parts<std::vector<T>> {
  static constexpr bool has_any = true;
  template <class Holds>
  static bool all(const std::vector<T>& a, const std::vector<T>& b, Holds&& holds) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), holds);
  }
};

template <class Pointer>
struct parts_behind {
  static constexpr bool has_any = true;
  template <class Holds>
  static bool all(const Pointer& a, const Pointer& b, Holds&& holds) {
    return holds(*a, *b);
  }
};
template <class T>
struct parts<std::optional<T>> : parts_behind<std::optional<T>> {};
template <class T>
struct parts<std::shared_ptr<const T>> : parts_behind<std::shared_ptr<const T>> {};
template <class T>
struct parts<protocol::shared_record<T>> : parts_behind<protocol::shared_record<T>> {};

template <>
struct parts<protocol::log_digest> {
  static constexpr bool has_any = false;
  template <class Holds>
  static bool all(const protocol::log_digest&, const protocol::log_digest&, Holds&&) {
    return true;
  }
};

template <class A, class B>
struct parts<std::pair<A, B>> {
  static constexpr bool has_any = true;
  template <class Holds>
  static bool all(const std::pair<A, B>& a, const std::pair<A, B>& b, Holds&& holds) {
    return holds(a.first, b.first) && holds(a.second, b.second);
  }
};

template <class... Alternatives>
struct parts<std::variant<Alternatives...>> {
  static constexpr bool has_any = true;
  using value_type = std::variant<Alternatives...>;
  template <class Holds>
  static bool all(const value_type& a, const value_type& b, Holds&& holds) {
    const auto both = [&]<class One>(const One& one) { return holds(one, std::get<One>(b)); };
    return a.index() == b.index() && std::visit(both, a);
  }
};

template <class T>
std::string bytes_of(const T& value) {
  std::string bytes;
  store::byte_writer to(bytes);
  store::code<T>::put(to, value);
  return bytes;
}

template <class T>
bool is_blank(const T& value) {
  auto blank = store::blank<T>();
  if constexpr (std::is_same_v<T, protocol::shared_policy>) // never null where it is written
    blank = protocol::default_policy();
  else if constexpr (std::is_same_v<T, protocol::policy_replaced>)
    blank.policy = protocol::default_policy();
  return bytes_of(value) == bytes_of(blank);
}

/// Whether nothing in a value is as it would be anyhow.
struct filled_in {
  template <class T>
  bool operator()(const T& value) const {
    return (*this)(value, value);
  }
  template <class T>
  bool operator()(const T& value, const T&) const {
    if constexpr (std::is_same_v<T, bool>) // some are true unless somebody says otherwise
      return true;
    if constexpr (std::is_enum_v<T>)
      if (store::last_of<T> == T{}) // there is nothing else
        return true;
    return !is_blank(value) && (!parts<T>::has_any || parts<T>::all(value, value, *this));
  }
};

/// Whether what was written once is the same as now, but for members that were not there yet.
struct as_far_as_known {
  template <class T>
  bool operator()(const T& once, const T& now) const {
    const auto bytes = bytes_of(once);
    return bytes == bytes_of(now) || is_blank(once) || (parts<T>::has_any && parts<T>::all(once, now, *this));
  }
};

} // namespace mpac::tests
