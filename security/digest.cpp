#include "security/digest.hpp"

#include "protocol/log_chain.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

namespace mpac::security {
namespace {

/// Fetched once: to look it up takes as long as to digest a message.
const EVP_MD* sha256_of_library() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

char in_lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with_name(std::string_view text) noexcept {
  constexpr std::string_view name = "sha256:";
  if (text.size() < name.size())
    return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (in_lower_case(text[i]) != name[i])
      return false;
  return true;
}

} // namespace

bool operator==(const digest& a, const digest& b) noexcept {
  return CRYPTO_memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0;
}

std::size_t digest_hash::operator()(const digest& of) const noexcept {
  std::size_t hash;
  std::memcpy(&hash, of.bytes.data(), sizeof hash);
  return hash;
}

digest sha256(std::string_view bytes) {
  digest made;
  if (EVP_Digest(bytes.data(), bytes.size(), made.bytes.data(), nullptr, sha256_of_library(), nullptr) != 1)
    throw std::runtime_error("the cryptographic library has no SHA-256");
  return made;
}

digest keyed_sha256(std::string_view key, std::string_view bytes) {
  digest made;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), made.bytes.data(), nullptr))
    throw std::runtime_error("the cryptographic library has no HMAC-SHA-256");
  return made;
}

std::string random_key() {
  std::string key(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    throw std::runtime_error("the cryptographic library has no random numbers");
  return key;
}

std::string to_hex(const digest& of) {
  return protocol::to_hex(of.bytes);
}

std::optional<digest> read_digest(std::string_view text) {
  if (begins_with_name(text))
    text.remove_prefix(7);
  const bool with_colons = text.size() == 95;
  if (!with_colons && text.size() != 64)
    return std::nullopt;
  std::string digits;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (with_colons && at % 3 == 2) {
      if (text[at] != ':')
        return std::nullopt;
    } else {
      digits += in_lower_case(text[at]);
    }
  }
  const auto bytes = protocol::from_hex(digits);
  return bytes ? std::optional(digest{*bytes}) : std::nullopt;
}

} // namespace mpac::security
