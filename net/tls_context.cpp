#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace mpac::net {
namespace {

// What is left of TLS 1.2: forward secrecy, authenticated encryption. TLS 1.3 has nothing else.
constexpr auto ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20:!PSK:!aNULL";
// A chain of a few certificates; a stranger may make us read so much before we know him.
constexpr int longest_chain_bytes = 32 * 1024;
// A client that comes back soon saves the server a signature. Whoever stays connected needs no ticket.
constexpr std::size_t tickets_a_handshake = 1;
constexpr long ticket_seconds = 3600;

template <auto Free>
struct freeing {
  template <class T>
  void operator()(T* what) const noexcept {
    Free(what);
  }
};
using context_owner = std::unique_ptr<SSL_CTX, freeing<SSL_CTX_free>>;
using certificate_owner = std::unique_ptr<X509, freeing<X509_free>>;
using key_owner = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;

struct reader {
  explicit reader(const std::string& text) : bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))) {}
  std::unique_ptr<BIO, freeing<BIO_free_all>> bio;
};

std::string openssl_says() {
  const auto code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  std::string text = reason != nullptr ? reason : "an unknown mistake";
  ERR_clear_error();
  return text;
}

/// Nobody is asked for a passphrase: a hub starts alone.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

base::result<std::vector<certificate_owner>, std::string> certificates_in(const named_pem& file) {
  std::vector<certificate_owner> all;
  const reader from(file.text);
  bool was_asked = false;
  while (certificate_owner one{PEM_read_bio_X509(from.bio.get(), nullptr, no_passphrase, &was_asked)})
    all.push_back(std::move(one));
  const auto last = ERR_peek_last_error();
  if (all.empty() || ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    const auto why = openssl_says();
    return base::fail(file.name + ": " +
                      (all.empty() && why == "no start line"
                           ? "there is no PEM certificate in it"
                           : "certificate " + std::to_string(all.size() + 1) + " can't be read: " + why));
  }
  ERR_clear_error();
  return all;
}

base::result<key_owner, std::string> key_in(const named_pem& file) {
  const reader from(file.text);
  bool was_asked = false;
  key_owner key(PEM_read_bio_PrivateKey(from.bio.get(), nullptr, no_passphrase, &was_asked));
  if (key)
    return key;
  const auto why = openssl_says();
  return base::fail(file.name + ": " +
                    (was_asked ? "the key is encrypted, and nobody is there to be asked for its passphrase"
                               : "there is no PEM private key that can be read in it: " + why));
}

/// HTTP/1.1 is what follows. Whoever offers other protocols, and not this one, has come to the wrong house.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  constexpr std::string_view ours = "http/1.1";
  for (unsigned i = 0; i < offered_size && i + 1 + offered[i] <= offered_size; i += 1u + offered[i]) {
    const std::string_view each(reinterpret_cast<const char*>(offered) + i + 1, offered[i]);
    if (each != ours)
      continue;
    *chosen = offered + i + 1;
    *chosen_size = offered[i];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int take_any(X509_STORE_CTX*, void*) {
  return 1;
}

context_owner make_context(const SSL_METHOD* method) {
  context_owner context(SSL_CTX_new(method));
  if (!context)
    return context;
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection holds no buffers; a write may be tried again from another place.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context.get(), 0);
  SSL_CTX_set_max_cert_list(context.get(), longest_chain_bytes);
  SSL_CTX_set_cipher_list(context.get(), ciphers_of_1_2);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  return context;
}

void set_tickets(SSL_CTX* context, bool certificates_are_asked_for) {
  if (certificates_are_asked_for) { // each connection proves anew who its peer is
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    return;
  }
  SSL_CTX_set_num_tickets(context, tickets_a_handshake);
  SSL_CTX_set_timeout(context, ticket_seconds);
}

base::result<void, std::string> ask_clients(SSL_CTX* context, const tls_terms& terms) {
  if (terms.ask == client_certificate::not_asked)
    return {};
  if (terms.ask == client_certificate::of_anybody) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, take_any, nullptr);
    return {};
  }
  auto authorities = certificates_in(terms.client_ca);
  if (!authorities)
    return base::fail(std::move(authorities.error()));
  for (const auto& each : *authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get());
    SSL_CTX_add_client_CA(context, each.get());
  }
  // Whom the file names is trusted, be it a root or an authority below one.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(
      context, SSL_VERIFY_PEER | (terms.ask == client_certificate::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
      nullptr);
  return {};
}

std::time_t end_of(const X509* certificate) {
  std::tm when{};
  return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) == 1 ? ::timegm(&when) : 0;
}

} // namespace

base::result<std::shared_ptr<const tls_context>, std::string> tls_context::of_server(const tls_terms& terms) {
  auto chain = certificates_in(terms.certificates);
  if (!chain)
    return base::fail(std::move(chain.error()));
  auto key = key_in(terms.private_key);
  if (!key)
    return base::fail(std::move(key.error()));
  auto context = make_context(TLS_server_method());
  if (!context)
    return base::fail("TLS can't be set up: " + openssl_says());
  if (terms.least == tls_version::v1_3)
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  if (SSL_CTX_use_certificate(context.get(), chain->front().get()) != 1)
    return base::fail(terms.certificates.name + ": the certificate is not taken: " + openssl_says());
  for (std::size_t i = 1; i < chain->size(); ++i)
    if (SSL_CTX_add1_chain_cert(context.get(), (*chain)[i].get()) != 1)
      return base::fail(terms.certificates.name + ": certificate " + std::to_string(i + 1) +
                        " is not taken: " + openssl_says());
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    ERR_clear_error();
    return base::fail(terms.private_key.name + ": this key does not belong to the first certificate of " +
                      terms.certificates.name);
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key->get()) != 1)
    return base::fail(terms.private_key.name + ": the key is not taken: " + openssl_says());
  set_tickets(context.get(), terms.ask != client_certificate::not_asked);
  if (auto asked = ask_clients(context.get(), terms); !asked)
    return base::fail(std::move(asked.error()));
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  std::shared_ptr<tls_context> made(new tls_context(context.release()));
  made->valid_until_ = end_of(chain->front().get());
  return std::shared_ptr<const tls_context>(std::move(made));
}

base::result<std::shared_ptr<const tls_context>, std::string> tls_context::of_client(const named_pem& authorities) {
  auto trusted = certificates_in(authorities);
  if (!trusted)
    return base::fail(std::move(trusted.error()));
  auto context = make_context(TLS_client_method());
  if (!context)
    return base::fail("TLS can't be set up: " + openssl_says());
  for (const auto& each : *trusted)
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), each.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return std::shared_ptr<const tls_context>(new tls_context(context.release()));
}

tls_context::~tls_context() {
  SSL_CTX_free(context_);
}

} // namespace mpac::net
