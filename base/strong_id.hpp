// Identifiers that cannot be mistaken for one another: one line declares one.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::base {

/// A text identifier with a type of its own; `Tag` is never defined.
template <class Tag>
class strong_id {
public:
  strong_id() = default;
  explicit strong_id(std::string text) : text_(std::move(text)) {}
  explicit strong_id(std::string_view text) : text_(text) {}
  explicit strong_id(const char* text) : text_(text) {}

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend bool operator==(const strong_id&, const strong_id&) = default;
  friend std::strong_ordering operator<=>(const strong_id&, const strong_id&) = default;

private:
  std::string text_;
};

/// True for every `strong_id`; lets field tables treat identifiers as the strings they are on the wire.
template <class T>
inline constexpr bool is_strong_id = false;
template <class Tag>
inline constexpr bool is_strong_id<strong_id<Tag>> = true;

} // namespace mpac::base

template <class Tag>
struct std::hash<mpac::base::strong_id<Tag>> {
  std::size_t operator()(const mpac::base::strong_id<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}(id.str());
  }
};
