#include "tools/mpac/console.hpp"

#include "protocol/workspace/unicode_text.hpp"

#include <cstdlib>
#include <iostream>

#include <unistd.h>

namespace mpac::tools {
namespace {

bool shows_colours(int descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (!refused || !*refused) && terminal && std::string_view(terminal) != "dumb" && isatty(descriptor) == 1;
}

} // namespace

std::string in_colour(bool is_coloured, colour how, std::string_view text) {
  if (!is_coloured)
    return std::string(text);
  const char* codes[] = {"\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
  return codes[static_cast<int>(how)] + std::string(text) + "\x1b[0m";
}

std::string console::painted(colour how, std::string_view text) const {
  return in_colour(is_out_coloured, how, text);
}

exit_code console::sorry(exit_code code, std::string_view why) const {
  err << in_colour(is_err_coloured, colour::red, "mpac:") << ' ' << why << '\n';
  return code;
}

void console::warn(std::string_view what) const {
  err << in_colour(is_err_coloured, colour::yellow, "mpac: warning:") << ' ' << what << '\n';
}

console standard_console() {
  return {std::cout, std::cerr, shows_colours(STDOUT_FILENO), shows_colours(STDERR_FILENO)};
}

std::string printable(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const auto letter = text.substr(0, size);
    // C0 and DEL, and C1: U+0080 to U+009F.
    const bool is_control = byte < 0x20 || byte == 0x7f || (byte == 0xc2 && letter.size() == 2 && letter[1] < '\xa0');
    if (is_control || !protocol::is_utf8(letter)) {
      safe += "\\x";
      safe += digits[byte >> 4];
      safe += digits[byte & 15];
      text.remove_prefix(1);
    } else {
      safe += letter;
      text.remove_prefix(letter.size());
    }
  }
  return safe;
}

} // namespace mpac::tools
