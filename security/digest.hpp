// SHA-256 digests as values: made, written, read, and compared without telling where they differ.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

/// Equality takes the same time wherever two digests differ.
struct digest {
  std::array<std::uint8_t, 32> bytes{};

  friend bool operator==(const digest& a, const digest& b) noexcept;
};

/// For tables: what an attacker cannot aim, since it is part of a SHA-256.
struct digest_hash {
  std::size_t operator()(const digest& of) const noexcept;
};

/// Throws std::runtime_error when the cryptographic library has no SHA-256, as the two others do.
[[nodiscard]] digest sha256(std::string_view bytes);

/// HMAC-SHA-256.
[[nodiscard]] digest keyed_sha256(std::string_view key, std::string_view bytes);

/// A key nobody knows, for `keyed_sha256`.
[[nodiscard]] std::string random_key();

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const digest& of);

/// Reads 64 hexadecimal digits in either case, with or without `sha256:` before them and colons between the bytes, as
/// tools print fingerprints; or says that the text is none.
[[nodiscard]] std::optional<digest> read_digest(std::string_view text);

} // namespace mpac::security
