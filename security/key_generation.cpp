#include "security/key_generation.hpp"

#include "base/percent_encoding.hpp"
#include "protocol/workspace/unicode_text.hpp"
#include "security/certificate_text.hpp"
#include "security/freed_by.hpp"
#include "security/private_file.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <system_error>

namespace mpac::security {
namespace {

constexpr std::size_t longest_name = 64; // ub-common-name, RFC 5280
/// Clocks differ: what is made now is valid elsewhere too.
constexpr std::chrono::minutes leeway{5};

using owned_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using owned_certificate = std::unique_ptr<X509, freed_by<X509_free>>;
using owned_bio = std::unique_ptr<BIO, freed_by<BIO_free_all>>;

std::string text_in(BIO* from) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(from, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string uri_of(std::string_view name) {
  return "urn:mpac:coordinator:" + base::percent_encoded(name);
}

bool extend(X509* to, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> made(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return made && X509_add_ext(to, made.get(), -1) == 1;
}

bool number(X509* to) {
  std::array<unsigned char, 16> random{};
  if (RAND_bytes(random.data(), random.size()) != 1)
    return false;
  random[0] = static_cast<unsigned char>((random[0] & 0x7f) | 0x40); // positive, and never zero
  const std::unique_ptr<BIGNUM, freed_by<BN_free>> value(BN_bin2bn(random.data(), random.size(), nullptr));
  return value && BN_to_ASN1_INTEGER(value.get(), X509_get_serialNumber(to));
}

bool fill_in(X509* to, const key_order& what, EVP_PKEY* key) {
  const auto seconds = [](base::instant when) {
    return static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count());
  };
  auto* name = X509_get_subject_name(to);
  return X509_set_version(to, X509_VERSION_3) == 1 && number(to) &&
         ASN1_TIME_set(X509_getm_notBefore(to), seconds(what.valid_from - leeway)) &&
         ASN1_TIME_set(X509_getm_notAfter(to), seconds(what.valid_from + what.valid_for)) &&
         X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(what.common_name.data()),
                                    static_cast<int>(what.common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(to, name) == 1 && X509_set_pubkey(to, key) == 1 &&
         extend(to, NID_basic_constraints, "critical,CA:FALSE") &&
         extend(to, NID_key_usage, "critical,digitalSignature") && extend(to, NID_subject_key_identifier, "hash") &&
         (what.holder == key_holder::participant ||
          extend(to, NID_subject_alt_name, "URI:" + uri_of(what.common_name))) &&
         X509_sign(to, key, what.type == key_type::ed25519 ? nullptr : EVP_sha256()) > 0;
}

} // namespace

base::result<key_pair, std::string> generate_key(const key_order& what) {
  if (what.common_name.empty() || what.common_name.size() > longest_name || !protocol::is_utf8(what.common_name) ||
      what.common_name.find('\0') != std::string::npos)
    return base::fail("the common name must have 1 to " + std::to_string(longest_name) + " bytes of UTF-8");
  if (what.valid_for <= std::chrono::days{0})
    return base::fail(std::string("the certificate must be valid for at least a day"));
  const owned_key key(what.type == key_type::ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                                     : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  owned_certificate certificate(X509_new());
  const owned_bio secret(BIO_new(BIO_s_secmem()));
  const owned_bio public_text(BIO_new(BIO_s_mem()));
  const bool is_made =
      key && certificate && secret && public_text && fill_in(certificate.get(), what, key.get()) &&
      PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
      PEM_write_bio_X509(public_text.get(), certificate.get()) == 1;
  ERR_clear_error();
  if (!is_made)
    return base::fail(std::string("the cryptographic library could not make a key"));
  return key_pair{text_in(secret.get()), text_in(public_text.get())};
}

base::result<key_files, std::string> write_key_pair(const key_order& what, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return base::fail("can't make the folder " + folder.string() + ": " + failed.message());
  const std::string stem = what.holder == key_holder::coordinator ? "coordinator" : "participant";
  key_files files{folder / (stem + ".key"), folder / (stem + ".pem"), {}};
  for (const auto* path : {&files.key, &files.certificate})
    if (std::filesystem::exists(*path, failed))
      return base::fail(path->string() + " is there already; move it away, or give another folder");
  auto pair = generate_key(what);
  if (!pair)
    return base::fail(pair.error());
  auto written = write_new_file(files.key, pair->private_key_pem, 0600);
  OPENSSL_cleanse(pair->private_key_pem.data(), pair->private_key_pem.size());
  if (written) {
    written = write_new_file(files.certificate, pair->certificate_pem, 0644);
    if (!written)
      std::filesystem::remove(files.key, failed);
  }
  if (!written)
    return base::fail(written.error());
  const auto verifying = verifying_key::of_certificate(pair->certificate_pem);
  if (!verifying)
    return base::fail(verifying.error());
  files.key_id = verifying->key_id();
  return files;
}

} // namespace mpac::security
