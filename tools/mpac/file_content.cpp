#include "tools/mpac/file_content.hpp"

#include <fstream>
#include <iterator>

namespace mpac::tools {

std::optional<std::string> content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return in.is_open() ? std::optional(std::move(text)) : std::nullopt;
}

} // namespace mpac::tools
