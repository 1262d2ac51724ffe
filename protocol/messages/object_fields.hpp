// The field table of the scope object, and what the wire knows of watermarks (SPEC 13.1, 15.2, 12).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/scope.hpp"
#include "protocol/watermark.hpp"

namespace mpac::protocol {

/// `kind` is carried as its text; the kinds are open (15.2-04), so no word is refused.
template <>
struct fields<scope> {
  static constexpr std::string_view schema = "scope";
  static constexpr auto table = std::tuple{
      required("kind", &scope::kind_text),
      optional("resources", &scope::resources),
      optional("pattern", &scope::pattern),
      optional("task_ids", &scope::task_ids),
      optional("expression", &scope::expression),
      optional("language", &scope::language),
      optional("entities", &scope::entities),
      optional("canonical_uris", &scope::canonical_uris),
      optional("extensions", &scope::extensions, {.json = true, .shape = json_shape::object}),
  };
  static constexpr auto conditions = std::to_array<condition>({
      {"kind", "file_set", "resources"},
      {"kind", "resource_path", "pattern"},
      {"kind", "task_set", "task_ids"},
      {"kind", "query", "expression"},
      {"kind", "query", "language"},
      {"kind", "entity_set", "entities"},
  });
  static constexpr bool conditions_always = true; // a scope without them covers nothing one could compare
  static void finish(scope& s) { s.kind = scope_kind_of(s.kind_text); }
  static std::optional<std::string> problems(const scope& s) { return protocol::problems(s); }
};

/// A watermark's `value` is a number or any JSON, as its kind says, so it is read and written by hand; these are its
/// members' names and what each kind's value has to be (13.1.Watermark-02).
struct watermark_members {
  static constexpr std::string_view schema = "watermark";
  static constexpr std::string_view kind = "kind", value = "value", lamport_value = "lamport_value";
  static constexpr auto names = std::to_array<std::string_view>({kind, value, lamport_value});
  /// The JSON type of `value`; nothing for kinds of somebody's own.
  static constexpr std::string_view value_type(watermark_kind of) {
    switch (of) {
    case watermark_kind::lamport_clock:
      return "integer";
    case watermark_kind::vector_clock:
      return "object";
    case watermark_kind::causal_frontier:
    case watermark_kind::opaque:
      return "string";
    case watermark_kind::unknown:
      break;
    }
    return {};
  }
};

} // namespace mpac::protocol
