#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace mpac::tests {
namespace {

template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* what) const noexcept {
    Free(what);
  }
};
using certificate_owner = std::unique_ptr<X509, freeing<X509_free>>;
using key_owner = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;
using bio_owner = std::unique_ptr<BIO, freeing<BIO_free_all>>;

void hold(bool went_well) {
  if (!went_well)
    throw std::runtime_error("no certificate can be made for the test");
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX around;
  X509V3_set_ctx(&around, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, freeing<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &around, what, value.c_str()));
  hold(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string pem_of(EVP_PKEY* key, const EVP_CIPHER* cipher, const std::string& passphrase) {
  const bio_owner out(BIO_new(BIO_s_mem()));
  hold(PEM_write_bio_PKCS8PrivateKey(out.get(), key, cipher, passphrase.data(), static_cast<int>(passphrase.size()),
                                     nullptr, nullptr) == 1);
  return text_of(out.get());
}

key_owner key_of(const identity& whose) {
  const bio_owner in(BIO_new_mem_buf(whose.key_pem.data(), static_cast<int>(whose.key_pem.size())));
  key_owner key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  hold(key != nullptr);
  return key;
}

certificate_owner certificate_of(const identity& whose) {
  const bio_owner in(BIO_new_mem_buf(whose.certificate_pem.data(), static_cast<int>(whose.certificate_pem.size())));
  certificate_owner certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  hold(certificate != nullptr);
  return certificate;
}

identity make(const certificate_wish& wish, const identity* authority) {
  const key_owner key(EVP_EC_gen("P-256"));
  const certificate_owner certificate(X509_new());
  hold(key && certificate);
  X509* const paper = certificate.get();
  X509_set_version(paper, X509_VERSION_3);
  std::uint32_t serial = 0;
  hold(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(paper), serial & 0x7fffffff);
  constexpr long day = 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(paper), wish.valid_from_days * day);
  X509_gmtime_adj(X509_getm_notAfter(paper), wish.valid_until_days * day);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(paper), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
  X509_set_pubkey(paper, key.get());
  const certificate_owner issuer = authority != nullptr ? certificate_of(*authority) : nullptr;
  X509_set_issuer_name(paper, X509_get_subject_name(issuer ? issuer.get() : paper));
  X509* const above = issuer ? issuer.get() : paper;
  extend(paper, above, NID_basic_constraints, wish.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!wish.alternative_names.empty())
    extend(paper, above, NID_subject_alt_name, wish.alternative_names);
  const key_owner signer = authority != nullptr ? key_of(*authority) : nullptr;
  hold(X509_sign(paper, signer ? signer.get() : key.get(), EVP_sha256()) > 0);

  identity made;
  made.key_pem = pem_of(key.get(), nullptr, {});
  const bio_owner out(BIO_new(BIO_s_mem()));
  hold(PEM_write_bio_X509(out.get(), paper) == 1);
  made.certificate_pem = text_of(out.get());
  const bio_owner der(BIO_new(BIO_s_mem()));
  hold(i2d_X509_bio(der.get(), paper) == 1);
  made.certificate_der = text_of(der.get());
  return made;
}

} // namespace

identity self_signed(const certificate_wish& wish) {
  return make(wish, nullptr);
}

identity issued_by(const identity& authority, const certificate_wish& wish) {
  return make(wish, &authority);
}

std::string encrypted_key(const identity& of, const std::string& passphrase) {
  return pem_of(key_of(of).get(), EVP_aes_128_cbc(), passphrase);
}

} // namespace mpac::tests
