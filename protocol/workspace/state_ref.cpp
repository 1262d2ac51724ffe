#include "protocol/workspace/state_ref.hpp"

// The one place where the protocol names OpenSSL: SHA-256 is a pure function of its bytes, needs no key, thread or
// file, and a well-kept library computes it several times faster than anything written here.
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace mpac::protocol {

std::string state_ref_of(std::string_view content) {
  constexpr std::size_t shown_bytes = 8;
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 ||
      length < shown_bytes)
    throw std::runtime_error("the cryptographic library refuses to compute SHA-256");
  std::string ref = "sha256:";
  ref.reserve(ref.size() + 2 * shown_bytes);
  for (std::size_t i = 0; i < shown_bytes; ++i) {
    ref += digits[digest[i] >> 4];
    ref += digits[digest[i] & 0xf];
  }
  return ref;
}

} // namespace mpac::protocol
