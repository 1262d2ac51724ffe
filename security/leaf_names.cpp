#include "security/leaf_names.hpp"

#include "security/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <optional>

namespace mpac::security {
namespace {

/// The only entry of this kind, if there is exactly one and it holds no NUL.
std::optional<std::string> only_entry(const X509_NAME* name, int kind) {
  const int at = X509_NAME_get_index_by_NID(name, kind, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(name, kind, at) >= 0)
    return std::nullopt;
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  ERR_clear_error();
  if (length < 0)
    return std::nullopt;
  std::string read(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
  OPENSSL_free(text);
  if (read.find('\0') != std::string::npos)
    return std::nullopt;
  return read;
}

} // namespace

bool speaks_for(X509* certificate, std::string_view principal_id) {
  if (principal_id.empty() || principal_id.find('\0') != std::string_view::npos)
    return false;
  if (only_entry(X509_get_subject_name(certificate), NID_commonName) == principal_id)
    return true;
  const std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>> others(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (int i = 0; others && i < sk_GENERAL_NAME_num(others.get()); ++i) {
    const auto* other = sk_GENERAL_NAME_value(others.get(), i);
    if (other->type != GEN_URI)
      continue;
    const auto* uri = other->d.uniformResourceIdentifier;
    if (std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                         static_cast<std::size_t>(ASN1_STRING_length(uri))) == principal_id)
      return true;
  }
  return false;
}

bool names_issuer(X509* certificate, std::string_view name) {
  return only_entry(X509_get_issuer_name(certificate), NID_commonName) == name || issuer_name(certificate) == name;
}

std::string issuer_name(X509* certificate) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  // Letters outside of ASCII stay what they are.
  if (!to || X509_NAME_print_ex(to.get(), X509_get_issuer_name(certificate), 0,
                                XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0)
    return {};
  char* text = nullptr;
  const auto length = BIO_get_mem_data(to.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string organisation(X509* certificate) {
  return only_entry(X509_get_subject_name(certificate), NID_organizationName).value_or("");
}

} // namespace mpac::security
