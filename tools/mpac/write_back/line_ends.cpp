#include "tools/mpac/write_back/line_ends.hpp"

namespace mpac::tools::write_back {

std::string with_plain_lines(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_return = text[at] == '\r';
    plain += is_return ? '\n' : text[at];
    if (is_return && at + 1 < text.size() && text[at + 1] == '\n')
      ++at;
  }
  return plain;
}

bool has_crlf_throughout(std::string_view text) {
  bool has_any = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (is_pair)
      ++at;
    else if (text[at] == '\r' || text[at] == '\n')
      return false;
    has_any = has_any || is_pair;
  }
  return has_any;
}

std::string with_crlf(std::string_view text) {
  std::string wide;
  wide.reserve(text.size());
  for (const char letter : text) {
    if (letter == '\n')
      wide += '\r';
    wide += letter;
  }
  return wide;
}

} // namespace mpac::tools::write_back
