#include "client/policy_reading.hpp"

#include "protocol/wire/raw_json.hpp"

#include <charconv>
#include <cmath>

namespace mpac::client {

namespace raw = protocol::raw_json;

std::optional<double> seconds_in(const protocol::json_text& object, std::string_view name) {
  const auto whole = raw::value_at(object.text, 0);
  const auto member = whole ? raw::find_member(object.text, *whole, name) : std::nullopt;
  const auto text = member ? member->value.of(object.text) : std::string_view{};
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return is_number && std::isfinite(number) && number >= 0 ? std::optional(number) : std::nullopt;
}

} // namespace mpac::client
