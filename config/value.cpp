#include "config/value.hpp"

#include "config/nearest.hpp"

namespace mpac::config {
namespace {

slip wrong(const node& from, const std::string& wanted) {
  const bool scalar = !std::holds_alternative<node::foreign>(from.value) &&
                      !std::holds_alternative<node::list>(from.value) &&
                      !std::holds_alternative<node::table>(from.value);
  return {"must be " + wanted + ", not " + (scalar ? to_toml(from) : std::string{from.kind()}), from.where};
}

std::string bound(double number) {
  return to_toml(give(number));
}

std::string between(const rule& allowed, std::string_view what) {
  return std::string{what} + " from " + bound(allowed.least) + " to " + bound(allowed.most);
}

node given(decltype(node::value) value) {
  node one;
  one.value = std::move(value);
  return one;
}

std::optional<slip> take_number(const node& from, const rule& allowed, std::string_view what, double& into) {
  double number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&from.value))
    number = static_cast<double>(*integer);
  else if (const auto* fraction = std::get_if<double>(&from.value))
    number = *fraction;
  else
    return wrong(from, between(allowed, what));
  if (!(number >= allowed.least && number <= allowed.most)) // nan is neither
    return wrong(from, between(allowed, what));
  into = number;
  return std::nullopt;
}

} // namespace

std::optional<slip> take(const node& from, const rule&, bool& into) {
  const auto* value = std::get_if<bool>(&from.value);
  if (!value)
    return wrong(from, "true or false");
  into = *value;
  return std::nullopt;
}

std::optional<slip> take(const node& from, const rule& allowed, std::int64_t& into) {
  const auto* value = std::get_if<std::int64_t>(&from.value);
  if (!value || !(static_cast<double>(*value) >= allowed.least && static_cast<double>(*value) <= allowed.most))
    return wrong(from, between(allowed, "an integer"));
  into = *value;
  return std::nullopt;
}

std::optional<slip> take(const node& from, const rule& allowed, double& into) {
  return take_number(from, allowed, "a number", into);
}

std::optional<slip> take(const node& from, const rule& allowed, base::duration& into) {
  double seconds = 0;
  auto mistake = take_number(from, allowed, "a number of seconds", seconds);
  if (!mistake)
    into = base::duration{std::llround(seconds * 1e6)};
  return mistake;
}

std::optional<slip> take(const node& from, const rule& allowed, std::string& into) {
  const auto* value = std::get_if<std::string>(&from.value);
  if (!value && !from.spelled.empty() && !std::holds_alternative<node::list>(from.value) && !from.as_table())
    value = &from.spelled;
  if (!value || (allowed.fits && !allowed.fits(*value)))
    return wrong(from, allowed.fits ? std::string{allowed.wanted} : "text");
  into = *value;
  return std::nullopt;
}

std::optional<slip> take(const node& from, const rule& allowed, std::vector<std::string>& into) {
  const auto* values = std::get_if<node::list>(&from.value);
  if (!values)
    return wrong(from, "a list of texts");
  std::vector<std::string> texts;
  for (const node& each : *values) {
    std::string text;
    if (auto mistake = take(each, allowed, text))
      return mistake;
    texts.push_back(std::move(text));
  }
  into = std::move(texts);
  return std::nullopt;
}

std::optional<slip> take_word(const node& from, const std::vector<std::string_view>& words, std::size_t& place) {
  const auto* value = std::get_if<std::string>(&from.value);
  for (place = 0; value && place < words.size(); ++place)
    if (words[place] == *value)
      return std::nullopt;
  std::string list;
  for (const std::string_view each : words)
    list += (list.empty() ? "\"" : ", \"") + std::string{each} + '"';
  slip mistake = wrong(from, words.size() == 1 ? list : "one of " + list);
  if (value)
    mistake.nearest = nearest(*value, {words.begin(), words.end()});
  return mistake;
}

node give(bool value) {
  return given(value);
}
node give(std::int64_t value) {
  return given(value);
}
node give(double value) {
  return given(value);
}
node give(base::duration value) {
  return given(base::to_seconds(value));
}
node give(const std::string& value) {
  return given(value);
}

node give(const std::vector<std::string>& value) {
  node::list values;
  for (const std::string& each : value)
    values.push_back(give(each));
  return given(std::move(values));
}

} // namespace mpac::config
