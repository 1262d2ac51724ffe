#include "security/certificate_text.hpp"

#include "security/digest.hpp"
#include "security/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>

namespace mpac::security {
namespace {

/// No text comes from anybody who could be asked for a password.
int no_password(char*, int, int, void*) {
  return -1;
}

} // namespace

base::result<std::vector<certificate>, std::string> read_certificates(std::string_view pem, std::size_t most) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return base::fail(std::string("the text is too long for certificates"));
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> from(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<certificate> chain;
  while (X509* next = PEM_read_bio_X509(from.get(), nullptr, no_password, nullptr)) {
    chain.emplace_back(next, freed_by<X509_free>{});
    if (chain.size() > most)
      return base::fail("there are more than " + std::to_string(most) + " certificates");
  }
  // It ends either way: behind the last one, or at one that can't be read.
  const auto why = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(why) != ERR_LIB_PEM || ERR_GET_REASON(why) != PEM_R_NO_START_LINE)
    return base::fail("certificate " + std::to_string(chain.size() + 1) + " can't be read");
  if (chain.empty())
    return base::fail(std::string("there is no PEM certificate"));
  return chain;
}

std::string to_pem(x509_st* one) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!to || PEM_write_bio_X509(to.get(), one) != 1)
    return {};
  const auto size = BIO_get_mem_data(to.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string to_pem(const std::vector<certificate>& chain) {
  std::string text;
  for (const auto& each : chain)
    text += to_pem(each.get());
  return text;
}

std::string fingerprint(const certificate& of) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(of.get(), &der);
  const std::string bytes(reinterpret_cast<const char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(der);
  return fingerprint_of(bytes);
}

std::string fingerprint_of(std::string_view der) {
  return "sha256:" + to_hex(sha256(der));
}

} // namespace mpac::security
