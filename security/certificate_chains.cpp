#include "security/certificate_chains.hpp"

#include "security/certificate_dates.hpp"
#include "security/certificate_text.hpp"
#include "security/freed_by.hpp"
#include "security/leaf_names.hpp"
#include "security/pem_blocks.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <vector>

namespace mpac::security {
namespace {

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);
}
using borrowed_stack = std::unique_ptr<STACK_OF(X509), freed_by<free_stack>>;

constexpr std::size_t longest_chain = 8, longest_text = 64 * 1024, most_in_file = 1000;
constexpr int auth_level = 2; // 112 bits

credential_verdict refuse(std::string why) {
  auto logged = why;
  return base::fail(credential_refusal{std::move(why), std::move(logged), false});
}

certificate certificate_of(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  certificate read(d2i_X509(nullptr, &at, static_cast<long>(der.size())), freed_by<X509_free>{});
  ERR_clear_error();
  return at == end ? std::move(read) : nullptr;
}

/// The certificates of the credential, leaf first; or what is wrong with them.
base::result<std::vector<certificate>, std::string> sent_chain(std::string_view value) {
  if (value.size() > longest_text)
    return base::fail(std::string("the certificate chain is too long"));
  const auto blocks = read_pem_blocks(value, longest_chain);
  if (!blocks)
    return base::fail("the certificate chain is no PEM: " + blocks.error().what);
  if (blocks->empty())
    return base::fail(std::string("the credential holds no PEM certificate"));
  std::vector<certificate> chain;
  for (const auto& block : *blocks) {
    if (block.label != "CERTIFICATE")
      return base::fail(std::string("the certificate chain holds something else than certificates"));
    auto one = certificate_of(block.der);
    if (!one)
      return base::fail(std::string("the certificate chain holds a certificate that can't be read"));
    chain.push_back(std::move(one));
  }
  return chain;
}

/// What speaks against what the leaf is for, if anything.
std::optional<std::string> misuse(X509* leaf) {
  // Both functions give all bits if the extension is missing.
  if ((X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0)
    return "the certificate is not for signing (key usage)";
  if ((X509_get_extended_key_usage(leaf) & XKU_SSL_CLIENT) == 0)
    return "the certificate is not for clients (extended key usage)";
  return std::nullopt;
}

/// Nobody has to say that the anchor itself is not revoked: whoever trusts it no more takes it out of the file.
int without_list_for_anchor(int is_good, X509_STORE_CTX* check) {
  if (is_good == 1 || X509_STORE_CTX_get_error(check) != X509_V_ERR_UNABLE_TO_GET_CRL ||
      X509_STORE_CTX_get_error_depth(check) + 1 != sk_X509_num(X509_STORE_CTX_get0_chain(check)))
    return is_good;
  X509_STORE_CTX_set_error(check, X509_V_OK);
  return 1;
}

} // namespace

struct certificate_chains::trust {
  std::unique_ptr<X509_STORE, freed_by<X509_STORE_free>> store{X509_STORE_new()};
  bool has_revocations = false;
};

certificate_chains::certificate_chains(std::unique_ptr<const trust> in) : trust_(std::move(in)) {}
certificate_chains::~certificate_chains() = default;

base::result<std::shared_ptr<const certificate_chains>, text_fault>
certificate_chains::read(std::string_view anchors, const std::optional<std::string_view>& revocations) {
  auto in = std::make_unique<trust>();
  const auto certificates = read_pem_blocks(anchors, most_in_file);
  if (!certificates)
    return base::fail(text_fault(certificates.error()));
  for (const auto& block : *certificates) {
    const auto one = block.label == "CERTIFICATE" ? certificate_of(block.der) : nullptr;
    if (!one || X509_STORE_add_cert(in->store.get(), one.get()) != 1)
      return base::fail(text_fault{"the block is no certificate", block.line});
  }
  if (certificates->empty())
    return base::fail(text_fault{"holds no PEM certificate"});
  if (revocations) {
    const auto lists = read_pem_blocks(*revocations, most_in_file);
    if (!lists)
      return base::fail(text_fault(lists.error()));
    for (const auto& block : *lists) {
      const auto* at = reinterpret_cast<const unsigned char*>(block.der.data());
      const std::unique_ptr<X509_CRL, freed_by<X509_CRL_free>> one(
          block.label == "X509 CRL" ? d2i_X509_CRL(nullptr, &at, static_cast<long>(block.der.size())) : nullptr);
      ERR_clear_error();
      if (!one || X509_STORE_add_crl(in->store.get(), one.get()) != 1)
        return base::fail(text_fault{"the block is no certificate revocation list (X509 CRL)", block.line});
    }
    if (lists->empty())
      return base::fail(text_fault{"holds no certificate revocation list (X509 CRL)"});
    in->has_revocations = true;
  }
  return std::shared_ptr<const certificate_chains>(new certificate_chains(std::move(in)));
}

void certificate_chains::verify(credential_request asked, std::function<void(credential_verdict)> done) const {
  done(judge(asked));
}

credential_verdict certificate_chains::judge(const credential_request& asked) const {
  const auto sent = sent_chain(asked.credential.value);
  if (!sent)
    return refuse(sent.error());
  X509* const leaf = sent->front().get();
  const borrowed_stack others(sk_X509_new_null());
  for (std::size_t i = 1; i < sent->size(); ++i)
    if (!others || sk_X509_push(others.get(), (*sent)[i].get()) == 0)
      return refuse("the certificate chain can't be judged");

  const std::unique_ptr<X509_STORE_CTX, freed_by<X509_STORE_CTX_free>> check(X509_STORE_CTX_new());
  if (!check || X509_STORE_CTX_init(check.get(), trust_->store.get(), leaf, others.get()) != 1)
    return refuse("the certificate chain can't be judged");
  auto* terms = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set_time(terms,
                             std::chrono::duration_cast<std::chrono::seconds>(asked.when.time_since_epoch()).count());
  X509_VERIFY_PARAM_set_depth(terms, static_cast<int>(longest_chain));
  X509_VERIFY_PARAM_set_auth_level(terms, auth_level);
  X509_VERIFY_PARAM_set_purpose(terms, X509_PURPOSE_SSL_CLIENT);
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN; // an authority that is no root may be an anchor
  if (trust_->has_revocations)
    flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  X509_VERIFY_PARAM_set_flags(terms, flags);
  X509_STORE_CTX_set_verify_cb(check.get(), without_list_for_anchor);
  const bool is_trusted = X509_verify_cert(check.get()) == 1;
  const int why = X509_STORE_CTX_get_error(check.get());
  ERR_clear_error();
  if (!is_trusted)
    return refuse(std::string("the certificate chain is not trusted here: ") + X509_verify_cert_error_string(why));

  auto* way = X509_STORE_CTX_get0_chain(check.get());
  const int length = sk_X509_num(way);
  protocol::verified_identity proven;
  bool issuer_is_named = false;
  for (int i = 0; i < length; ++i) {
    auto* one = sk_X509_value(way, i);
    const auto dates = dates_of(one);
    // OpenSSL lets old authorities pass that do not say that they are some.
    if (!dates || (i > 0 && X509_check_ca(one) != 1))
      return refuse("the certificate chain is not trusted here: an issuer is no certificate authority");
    proven.expires_at = std::min(proven.expires_at, dates->end());
    if (i == 0 || i + 1 < length)
      proven.certificate_chain += to_pem(one);
    issuer_is_named = issuer_is_named || (asked.credential.issuer && names_issuer(one, *asked.credential.issuer));
  }
  if (auto wrong = misuse(leaf))
    return refuse(*std::move(wrong));
  if (!speaks_for(leaf, asked.principal_id.str()))
    return refuse(
        "the certificate's subject is not the principal: neither its common name nor a URI of its alternative "
        "names is the principal_id");
  if (asked.credential.issuer && !issuer_is_named)
    return refuse("the credential's issuer is not one of the certificate chain");
  proven.principal_id = asked.principal_id;
  proven.method = "x509_chain";
  proven.issuer = issuer_name(leaf);
  proven.tenant = organisation(leaf);
  return proven;
}

} // namespace mpac::security
