// Values of whatever is kept, made up by dice: for properties. Heavy, as store/by_place.hpp is.
#pragma once

#include "store/kept_values.hpp"

#include <random>
#include <string>

namespace mpac::tests {

/// The same seed makes up the same values.
class inventor {
public:
  explicit inventor(std::uint32_t seed) : dice_(seed) {}

  template <class T>
  void invent(T& value) {
    if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(below(static_cast<std::uint64_t>(store::last_of<T>) + 1));
    else if constexpr (std::is_same_v<T, bool>)
      value = below(2) == 1;
    else if constexpr (std::is_unsigned_v<T>)
      value = static_cast<T>(number());
    else if constexpr (std::is_same_v<T, std::int64_t>)
      value = static_cast<std::int64_t>(number());
    else if constexpr (std::is_floating_point_v<T>)
      value = static_cast<T>(below(1000)) / 8;
    else
      boost::pfr::for_each_field(value, [this](auto& member) { invent(member); });
  }
  void invent(base::duration& value) { value = base::duration{static_cast<std::int64_t>(number() >> 4) / 16}; }
  void invent(base::instant& value) {
    base::duration since{};
    invent(since);
    value = below(3) == 0 ? base::never : base::instant{since};
  }
  void invent(std::string& value) {
    value.clear();
    for (auto left = below(below(20) == 0 ? 300 : 12); left > 0; --left)
      value.push_back(static_cast<char>(below(256)));
  }
  template <class Tag>
  void invent(base::strong_id<Tag>& value) {
    value = base::strong_id<Tag>(text());
  }
  template <class E>
  void invent(protocol::word<E>& value) {
    value = protocol::word<E>(text());
    if (E listed{}; below(2) == 0) {
      invent(listed);
      value = listed;
    }
  }
  void invent(protocol::frame_ptr& value) {
    value = below(3) == 0 ? protocol::frame_ptr() : protocol::frame::of(text());
  }
  void invent(protocol::workspace_file& value) { value = protocol::workspace_file::of(std::to_string(number())); }
  void invent(protocol::file_table& value) {
    for (auto left = below(4); left > 0; --left)
      value.put(text(), protocol::workspace_file::of(std::to_string(number())));
  }
  void invent(protocol::resource_registry& value) {
    std::vector<protocol::resource_mapping> mappings;
    invent(mappings);
    value = protocol::resource_registry(std::move(mappings));
  }
  template <class T>
  void invent(std::optional<T>& value) {
    value.reset();
    if (below(2) == 0)
      invent(value.emplace(store::blank<T>()));
  }
  template <class T>
  void invent(std::shared_ptr<const T>& value) {
    auto made = std::make_shared<T>();
    invent(*made);
    value = made;
  }
  template <class T>
  void invent(protocol::shared_record<T>& value) {
    auto made = store::blank<T>();
    invent(made);
    value = protocol::shared_record<T>(std::move(made));
  }
  template <class A, class B>
  void invent(std::pair<A, B>& value) {
    invent(value.first);
    invent(value.second);
  }
  template <class T>
  void invent(std::vector<T>& value) {
    value.clear();
    for (auto left = below(4); left > 0; --left)
      invent(value.emplace_back(store::blank<T>()));
  }
  template <class Key, class Value, class Order>
  void invent(std::map<Key, Value, Order>& value) {
    for (auto left = below(3); left > 0; --left)
      invent(value[text()]);
  }
  template <class T>
  void invent(std::unordered_set<T>& value) {
    for (auto left = below(6); left > 0; --left) {
      T one;
      invent(one);
      value.insert(std::move(one));
    }
  }
  template <class... Alternatives>
  void invent(std::variant<Alternatives...>& value) {
    const auto which = below(sizeof...(Alternatives));
    std::uint64_t index = 0;
    ((index++ == which ? invent(value.template emplace<Alternatives>(store::blank<Alternatives>())) : void()), ...);
  }

  std::uint64_t below(std::uint64_t limit) { return dice_() % limit; }

private:
  /// Of any length, so that every length of its bytes occurs.
  std::uint64_t number() { return dice_() >> below(64); }
  std::string text() {
    std::string made;
    invent(made);
    return made;
  }

  std::mt19937_64 dice_;
};

} // namespace mpac::tests
