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

int value_of(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool begins_with_name(std::string_view text) noexcept {
  constexpr std::string_view name = "sha256:";
  if (text.size() < name.size())
    return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i]) != name[i])
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
  if (EVP_Digest(bytes.data(), bytes.size(), made.bytes.data(), nullptr, EVP_sha256(), nullptr) != 1)
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

std::optional<digest> read_digest(std::string_view text) noexcept {
  if (begins_with_name(text))
    text.remove_prefix(7);
  const bool with_colons = text.size() == 95;
  if (!with_colons && text.size() != 64)
    return std::nullopt;
  digest read;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto at = i * (with_colons ? 3 : 2);
    const int high = value_of(text[at]), low = value_of(text[at + 1]);
    if (high < 0 || low < 0 || (with_colons && i < 31 && text[at + 2] != ':'))
      return std::nullopt;
    read.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return read;
}

} // namespace mpac::security
