// The terse notation in which tests write messages and what they expect of them (tests/conversations/README.md).
#pragma once

#include "tests/support/json.hpp"

#include <map>
#include <string>
#include <string_view>

namespace mpac::tests {

/// `TYPE name=value name.inner=value @envelope_member=value`, read.
struct notation {
  std::string type;
  json_document payload;  ///< an object
  json_document envelope; ///< an object: the members written with `@`
};

/// What `$name` stands for, as JSON text.
using bindings = std::map<std::string, std::string, std::less<>>;

/// Reads one line of notation. Values are JSON, except that a bare word is a string; `*` means anything, `-` means
/// absent and `$name` what was bound before. A scope may be written as the list of its files. Throws `unreadable`.
notation read_notation(std::string_view line);

/// Reads one value in the same manner.
json_document read_value(std::string_view text);

/// Whether a value means "absent" (`-`).
bool is_absent(const json_value& pattern);

/// Puts what is bound in the place of every `$name`. Throws `unreadable` for an unbound one.
void fill(json_value& value, const bindings& bound, json_document::AllocatorType& memory);

/// Whether `found` is what `pattern` wants: objects have at least the wanted members, lists are equal entry by entry,
/// all else is equal; an unbound `$name` takes the value found. `why` tells the first difference.
bool matches(const json_value& pattern, const json_value* found, bindings& bound, std::string& why,
             const std::string& place = "");

} // namespace mpac::tests
