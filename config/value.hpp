// From a written value to a typed one and back: which values a key takes, and what is said about all others.
#pragma once

#include "base/clock.hpp"
#include "config/node.hpp"
#include "protocol/word.hpp"

#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

/// What a key takes beyond its type. Bounds are inclusive, in the unit of the key (seconds, bytes …).
struct rule {
  double least = 0;
  double most = 0;
  bool (*fits)(std::string_view) = nullptr; ///< for texts
  std::string_view wanted{};                ///< what `fits` asks for: "a session id …"
};

/// Why a value was not taken.
struct slip {
  std::string message;
  origin where;
  std::string nearest{};
};

[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, bool& into);
[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, std::int64_t& into);
[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, double& into);
[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, base::duration& into);
[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, std::string& into);
[[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, std::vector<std::string>& into);
/// Takes one of `words`; gives its place among them.
[[nodiscard]] std::optional<slip> take_word(const node& from, const std::vector<std::string_view>& words,
                                            std::size_t& place);

template <std::unsigned_integral Number>
requires(!std::same_as<Number, bool>)
    [[nodiscard]] std::optional<slip> take(const node& from, const rule& allowed, Number& into) {
  std::int64_t number = 0;
  auto wrong = take(from, allowed, number);
  if (!wrong)
    into = static_cast<Number>(number);
  return wrong;
}

template <class List>
requires std::is_enum_v<List>
[[nodiscard]] std::optional<slip> take(const node& from, const rule&, List& into) {
  std::vector<std::string_view> words;
  for (const auto& [value, word] : protocol::word_list<List>::words)
    words.push_back(word);
  std::size_t place = 0;
  auto wrong = take_word(from, words, place);
  if (!wrong)
    into = protocol::word_list<List>::words[place].first;
  return wrong;
}

[[nodiscard]] node give(bool value);
[[nodiscard]] node give(std::int64_t value);
[[nodiscard]] node give(double value);
[[nodiscard]] node give(base::duration value);
[[nodiscard]] node give(const std::string& value);
[[nodiscard]] node give(const std::vector<std::string>& value);

template <std::unsigned_integral Number>
requires(!std::same_as<Number, bool>) [[nodiscard]] node give(Number value) {
  return give(static_cast<std::int64_t>(value));
}

template <class List>
requires std::is_enum_v<List>
[[nodiscard]] node give(List value) {
  return give(std::string{protocol::to_word(value)});
}

} // namespace mpac::config
