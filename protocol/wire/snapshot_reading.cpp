#include "protocol/wire/snapshot_reading.hpp"

namespace mpac::protocol {

bool snapshot_reading::text_value(std::string& out, const dom::element& from, const json_place& where) {
  std::string_view text;
  if (!in_.text(from, where, text))
    return false;
  out = text;
  return true;
}

/// Every number is read as one with fractions: 60.0 is as good as 60.
bool snapshot_reading::number(double& out, const dom::element& from, const json_place& where, double most) {
  if (from.get(out) != simdjson::SUCCESS)
    return in_.wrong_type(where, "a number", from);
  return (std::isfinite(out) && out >= 0 && out <= most) || fail(where, "out of range");
}

bool snapshot_reading::instant_value(base::instant& out, const dom::element& from, const json_place& where) {
  std::string_view text;
  if (!in_.text(from, where, text))
    return false;
  const auto when = parse_timestamp(text);
  if (!when)
    return fail(where, in_quotes(text) + " is no RFC 3339 time");
  // Nobody has coordinated anything before 1970, and what is meant by never is null.
  if (*when < base::instant{} || *when >= base::never)
    return fail(where, "out of range");
  out = *when;
  return true;
}

bool snapshot_reading::duration_value(base::duration& out, const dom::element& from, const json_place& where) {
  double seconds = 0;
  if (!number(seconds, from, where, std::numeric_limits<double>::max()))
    return false;
  constexpr double microseconds = 1e6;
  const auto longest = base::from_seconds(std::numeric_limits<double>::max());
  // To the nearest one: what was written as seconds with a fraction is there again.
  out = seconds >= base::to_seconds(longest) ? longest : base::duration{std::llround(seconds * microseconds)};
  return true;
}

bool snapshot_reading::scope_value(scope& out, const dom::element& from, const json_place& where) {
  dom::object object;
  if (from.get(object) != simdjson::SUCCESS)
    return in_.wrong_type(where, "an object", from);
  if (!members(out, object, where))
    return false;
  dom::element extensions;
  if (object["extensions"].get(extensions) == simdjson::SUCCESS && !extensions.is_null()) {
    if (extensions.type() != simdjson::dom::element_type::OBJECT)
      return in_.wrong_type({&where, "extensions", {}}, "an object", extensions);
    out.extensions = simdjson::minify(extensions);
  }
  out.kind = scope_kind_of(out.kind_text);
  const auto what = problems(out);
  return !what || fail(where, *what);
}

} // namespace mpac::protocol
