#include "protocol/workspace/served_size.hpp"

#include <array>
#include <cstdint>

namespace mpac::protocol {

namespace {

/// Bytes that each byte becomes inside a JSON string (RFC 8259 section 7).
constexpr auto escaped_widths = [] {
  std::array<std::uint8_t, 256> widths{};
  for (std::size_t byte = 0; byte < widths.size(); ++byte)
    widths[byte] = byte < 0x20 ? 6 : 1;
  for (const char short_escape : {'"', '\\', '\b', '\f', '\n', '\r', '\t'})
    widths[static_cast<unsigned char>(short_escape)] = 2;
  return widths;
}();

constexpr std::string_view content_frame =
    R"({"type": "FILE_CONTENT", "path": "", "content": "", "state_ref": "sha256:0123456789abcdef"})";
constexpr std::string_view listing_entry = R"({"path": "", "state_ref": "sha256:0123456789abcdef", "size": 1048576}, )";
static_assert(std::string_view(R"({"type": "FILE_LIST_RESPONSE", "files": []})").size() <= empty_listing_size);

} // namespace

std::size_t escaped_size(std::string_view text) noexcept {
  std::size_t size = 0;
  for (const char byte : text)
    size += escaped_widths[static_cast<unsigned char>(byte)];
  return size;
}

std::size_t served_size(std::string_view path, std::string_view content) noexcept {
  return content_frame.size() + escaped_size(path) + escaped_size(content);
}

std::size_t listing_entry_size(std::string_view path) noexcept {
  return listing_entry.size() + escaped_size(path);
}

} // namespace mpac::protocol
