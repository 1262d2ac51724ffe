#include "security/verifying_key.hpp"

#include "security/certificate_text.hpp"
#include "security/context_pool.hpp"
#include "security/digest.hpp"
#include "security/ecdsa_signature.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace mpac::security {
namespace {

constexpr std::size_t signature_size = 64;
/// A chain that is longer is nobody's.
constexpr std::size_t most_certificates = 16;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Points of Ed25519 whose order divides eight (in each spelling, but for the sign): with such a key one signature fits
/// many messages.
bool is_of_small_order(std::string_view key) {
  constexpr std::array<std::string_view, 7> points{"0000000000000000000000000000000000000000000000000000000000000000",
                                                   "0100000000000000000000000000000000000000000000000000000000000000",
                                                   "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                                   "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                                   "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                                   "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  digest point_itself; // as many bytes, written the same way
  auto& bytes = point_itself.bytes;
  for (std::size_t i = 0; i < bytes.size() && i < key.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(key[i]);
  bytes.back() &= 0x7f;
  const auto text = to_hex(point_itself);
  for (const auto& point : points)
    if (text == point)
      return true;
  return false;
}

/// Why a key is none of ours.
std::optional<std::string> objection(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1 ||
        size != raw.size())
      return "the certificate's Ed25519 key can't be read";
    if (is_of_small_order(raw))
      return "the certificate's Ed25519 key is a point of small order";
    return std::nullopt;
  }
  std::array<char, 64> curve{};
  std::size_t size = 0;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
      EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size) == 1 &&
      std::string_view(curve.data(), size) == "prime256v1")
    return std::nullopt;
  return "the certificate's key is neither Ed25519 nor ECDSA on P-256";
}

} // namespace

struct verifying_key::impl {
  explicit impl(EVP_PKEY* of) : key(of) {}

  bool verifies_ed25519(std::string_view bytes, std::string_view signature) const {
    auto context = hashing.take();
    if (context) // as it was behind its first initialisation
      if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, nullptr) != 1)
        context.reset();
    if (!context) {
      context.reset(EVP_MD_CTX_new());
      if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1)
        return false;
    }
    const bool is_right =
        EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
    hashing.give_back(std::move(context));
    return is_right;
  }

  bool verifies_ecdsa(std::string_view bytes, std::string_view signature) const {
    const auto der = der_of_raw(signature);
    if (!der)
      return false;
    auto context = hashed.take();
    if (!context) {
      context.reset(EVP_PKEY_CTX_new(key.get(), nullptr));
      if (!context || EVP_PKEY_verify_init(context.get()) != 1)
        return false;
    }
    const auto hash = sha256(bytes).bytes;
    const bool is_right = EVP_PKEY_verify(context.get(), octets(*der), der->size(), hash.data(), hash.size()) == 1;
    hashed.give_back(std::move(context));
    return is_right;
  }

  std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>> key;
  std::string key_id;
  bool is_ed25519 = false;
  mutable context_pool<EVP_MD_CTX, EVP_MD_CTX_free> hashing;
  mutable context_pool<EVP_PKEY_CTX, EVP_PKEY_CTX_free> hashed;
};

base::result<verifying_key, std::string> verifying_key::of_certificate(std::string_view pem_or_chain) {
  const auto chain = read_certificates(pem_or_chain, most_certificates);
  if (!chain)
    return base::fail(chain.error());
  const auto& leaf = chain->front();
  auto made = std::make_shared<impl>(X509_get_pubkey(leaf.get()));
  if (!made->key) {
    ERR_clear_error();
    return base::fail(std::string("the certificate's key can't be read"));
  }
  auto why = objection(made->key.get());
  ERR_clear_error();
  if (why)
    return base::fail(*std::move(why));
  made->is_ed25519 = EVP_PKEY_get_base_id(made->key.get()) == EVP_PKEY_ED25519;
  made->key_id = fingerprint(leaf);
  return verifying_key(std::move(made));
}

std::string_view verifying_key::algorithm() const noexcept {
  return impl_->is_ed25519 ? "EdDSA" : "ES256";
}

const std::string& verifying_key::key_id() const noexcept {
  return impl_->key_id;
}

bool verifying_key::verifies(std::string_view bytes, std::string_view signature) const {
  if (signature.size() != signature_size)
    return false;
  const bool is_right =
      impl_->is_ed25519 ? impl_->verifies_ed25519(bytes, signature) : impl_->verifies_ecdsa(bytes, signature);
  if (!is_right)
    ERR_clear_error();
  return is_right;
}

} // namespace mpac::security
