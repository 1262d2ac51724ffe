// Words from the specification's lists (SPEC 13.1 "one of"), and how a word outside its list is kept.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::protocol {

/// One row of a list: the value inside, and its word on the wire.
template <class E>
using listed_word = std::pair<E, std::string_view>;

/// Specialised for each enum that appears on the wire:
///   static constexpr auto words = std::to_array<listed_word<E>>({{value, "word"}, ...});
///   static constexpr bool acted_on; // true: the hub acts on it, so an unknown word is refused even from lenient
///   clients static constexpr bool open;     // may be left out; true: the specification lets everybody add words
///   (O-015), so
///                                   // that an unknown one is never refused
template <class E>
struct word_list;

/// May anybody add words to this list?
template <class E>
constexpr bool is_open_list() {
  if constexpr (requires { word_list<E>::open; })
    return word_list<E>::open;
  else
    return false;
}

/// The words alone, in the order of the list.
template <class E>
inline constexpr auto words_of = [] {
  std::array<std::string_view, word_list<E>::words.size()> texts{};
  for (std::size_t i = 0; i < texts.size(); ++i)
    texts[i] = word_list<E>::words[i].second;
  return texts;
}();

template <class E>
constexpr std::string_view to_word(E value) {
  for (const auto& [candidate, text] : word_list<E>::words)
    if (candidate == value)
      return text;
  return {};
}

template <class E>
constexpr std::optional<E> from_word(std::string_view text) {
  for (const auto& [value, candidate] : word_list<E>::words)
    if (candidate == text)
      return value;
  return std::nullopt;
}

/// A word as it was sent: known when it is in the specification's list, and always its text.
template <class E>
class word {
public:
  word() = default;
  word(E value) : text_(to_word(value)), value_(value) {}
  explicit word(std::string text) : text_(std::move(text)), value_(from_word<E>(text_)) {}

  /// The listed value, or nothing for a word of somebody's own.
  [[nodiscard]] std::optional<E> known() const noexcept { return value_; }
  [[nodiscard]] bool is(E value) const noexcept { return value_ == value; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend bool operator==(const word& a, const word& b) { return a.text_ == b.text_; }

private:
  std::string text_;
  std::optional<E> value_;
};

} // namespace mpac::protocol
