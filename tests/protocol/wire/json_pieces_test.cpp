// Texts are looked over eight characters at a time: no place in them may be overlooked.
#include "protocol/wire/json_pieces.hpp"

#include "tests/support/catch.hpp"

#include <string>

using mpac::protocol::needs_escapes;

TEST_CASE("a character that JSON escapes is found wherever it stands, and no other is taken for one", "[encoder]") {
  for (std::size_t length = 0; length < 40; ++length)
    for (int code = 0; code < 256; ++code) {
      const auto character = static_cast<char>(code);
      const bool is_special = code < 0x20 || character == '"' || character == '\\';
      for (std::size_t at = 0; at < length; ++at) {
        std::string text(length, '~');
        text[at] = character;
        if (needs_escapes(text) != is_special)
          FAIL("character " << code << " at " << at << " of " << length);
      }
    }
  CHECK_FALSE(needs_escapes(""));
}
