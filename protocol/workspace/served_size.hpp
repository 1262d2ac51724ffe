// How many bytes a shared file takes when it is served: no frame to a client may pass 1 MiB (SPEC 9.5).
#pragma once

#include <cstddef>
#include <string_view>

namespace mpac::protocol {

/// The largest message existing clients take, in bytes; they close the connection (1009) at anything above.
inline constexpr std::size_t max_served_bytes = std::size_t{1} << 20;

/// Bytes of `text` inside a JSON string as the encoder writes it: UTF-8 raw, `"` `\` and control characters escaped.
std::size_t escaped_size(std::string_view text) noexcept;

/// Upper bound of the FILE_CONTENT message for one file, in bytes.
std::size_t served_size(std::string_view path, std::string_view content) noexcept;

/// Upper bound of one file's entry in FILE_LIST_RESPONSE, in bytes.
std::size_t listing_entry_size(std::string_view path) noexcept;

/// Upper bound of FILE_LIST_RESPONSE without its entries, in bytes.
inline constexpr std::size_t empty_listing_size = 64;

} // namespace mpac::protocol
