#include "security/signing_key.hpp"

#include "security/certificate_text.hpp"
#include "security/context_pool.hpp"
#include "security/digest.hpp"
#include "security/ecdsa_signature.hpp"
#include "security/private_file.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mpac::security {
namespace {

constexpr std::size_t signature_size = 64;
constexpr std::size_t most_certificates = 16;
constexpr std::size_t longest_certificates = 1024 * 1024; // bytes of a file

using owned_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

int no_password(char*, int, int, void*) {
  return -1;
}

owned_key read_private_key(std::string_view pem) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return nullptr;
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  owned_key read(PEM_read_bio_PrivateKey(from.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return read;
}

} // namespace

struct signing_key::impl {
  impl(owned_key of, verifying_key of_certificate, std::string chain_pem)
      : key(std::move(of)), verifying(std::move(of_certificate)), chain(std::move(chain_pem)),
        is_ed25519(EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) {}

  bool sign_ed25519(std::string_view bytes, std::string& to) const {
    auto context = hashing.take();
    if (context) // as it was behind its first initialisation
      if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, nullptr) != 1)
        context.reset();
    if (!context) {
      context.reset(EVP_MD_CTX_new());
      if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1)
        return false;
    }
    to.resize(signature_size);
    auto size = to.size();
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(to.data()), &size, octets(bytes),
                       bytes.size()) != 1 ||
        size != signature_size)
      return false;
    hashing.give_back(std::move(context));
    return true;
  }

  bool sign_ecdsa(std::string_view bytes, std::string& to) const {
    auto context = hashed.take();
    if (!context) {
      context.reset(EVP_PKEY_CTX_new(key.get(), nullptr));
      if (!context || EVP_PKEY_sign_init(context.get()) != 1)
        return false;
    }
    const auto hash = sha256(bytes).bytes;
    std::array<char, 80> der; // 72 at most
    auto size = der.size();
    if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, hash.data(), hash.size()) !=
        1)
      return false;
    hashed.give_back(std::move(context));
    auto raw = raw_of_der({der.data(), size});
    if (!raw)
      return false;
    to = *std::move(raw);
    return true;
  }

  owned_key key;
  verifying_key verifying;
  std::string chain;
  bool is_ed25519;
  mutable context_pool<EVP_MD_CTX, EVP_MD_CTX_free> hashing;
  mutable context_pool<EVP_PKEY_CTX, EVP_PKEY_CTX_free> hashed;
};

base::result<signing_key, std::string> signing_key::of(std::string_view private_key_pem,
                                                       std::string_view certificate_chain_pem) {
  const auto chain = read_certificates(certificate_chain_pem, most_certificates);
  if (!chain)
    return base::fail(chain.error());
  auto verifying = verifying_key::of_certificate(certificate_chain_pem);
  if (!verifying)
    return base::fail(verifying.error());
  auto key = read_private_key(private_key_pem);
  if (!key)
    return base::fail(std::string("there is no unencrypted PEM private key"));
  const bool is_pair = X509_check_private_key(chain->front().get(), key.get()) == 1;
  ERR_clear_error();
  if (!is_pair)
    return base::fail(std::string("the private key is not that of the first certificate"));
  signing_key made(std::make_shared<impl>(std::move(key), *std::move(verifying), to_pem(*chain)));
  // The key's file says itself which public key it has: only a signature shows that it is true.
  constexpr std::string_view probe = "mpac-cluster";
  if (!made.verifying().verifies(probe, made.sign(probe)))
    return base::fail(std::string("the private key does not sign what its certificate verifies"));
  return made;
}

base::result<signing_key, std::string> signing_key::load(const std::filesystem::path& key_file,
                                                         const std::filesystem::path& certificate_file) {
  std::ifstream in(certificate_file, std::ios::binary);
  std::string chain(longest_certificates + 1, '\0');
  in.read(chain.data(), static_cast<std::streamsize>(chain.size()));
  chain.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  if (in.bad() || chain.empty() || chain.size() > longest_certificates)
    return base::fail("can't read certificates from " + certificate_file.string());
  auto secret = read_private_file(key_file);
  if (!secret)
    return base::fail(secret.error());
  auto made = of(*secret, chain);
  OPENSSL_cleanse(secret->data(), secret->size());
  if (!made)
    return base::fail(key_file.string() + " and " + certificate_file.string() + ": " + made.error());
  return made;
}

std::string signing_key::sign(std::string_view bytes) const {
  std::string signature;
  if (!(impl_->is_ed25519 ? impl_->sign_ed25519(bytes, signature) : impl_->sign_ecdsa(bytes, signature))) {
    ERR_clear_error();
    throw std::runtime_error("the cryptographic library could not sign");
  }
  return signature;
}

const verifying_key& signing_key::verifying() const noexcept {
  return impl_->verifying;
}

const std::string& signing_key::certificate_chain() const noexcept {
  return impl_->chain;
}

} // namespace mpac::security
