#include "tests/net/tls_street.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <csignal>

namespace mpac::net::street {
namespace {

BIO* text(const std::string& of) {
  return BIO_new_mem_buf(of.data(), static_cast<int>(of.size()));
}

} // namespace

secure_client::secure_client(std::uint16_t port, const secure_terms& terms, int receive_buffer)
    : tcp_client(port, receive_buffer) {
  std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets as to files
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (terms.version != 0) {
    const int version = terms.version == 12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
  }
  SSL_CTX_set_options(context, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  if (!terms.trusts.empty()) {
    BIO* in = text(terms.trusts);
    X509* authority = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    BIO_free(in);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (terms.shows != nullptr) {
    BIO* in = text(terms.shows->certificate_pem);
    X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    REQUIRE(SSL_CTX_use_certificate(context, certificate) == 1);
    X509_free(certificate);
    BIO_free(in);
    in = text(terms.shows->key_pem);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    REQUIRE(SSL_CTX_use_PrivateKey(context, key) == 1);
    EVP_PKEY_free(key);
    BIO_free(in);
  }
  if (!terms.protocols.empty())
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(terms.protocols.data()),
                            static_cast<unsigned>(terms.protocols.size()));
  ssl_ = SSL_new(context);
  SSL_CTX_free(context);
  SSL_set_fd(ssl_, socket_);
  ERR_clear_error();
  established_ = SSL_connect(ssl_) == 1;
  if (!established_)
    note_failure();
  if (!terms.may_fail) {
    INFO(failure_);
    REQUIRE(established_);
  }
}

secure_client::~secure_client() {
  SSL_free(ssl_);
}

void secure_client::note_failure() {
  const char* why = ERR_reason_error_string(ERR_peek_error());
  if (why != nullptr && failure_.empty())
    failure_ = why;
  ERR_clear_error();
}

void secure_client::send(std::string_view bytes) {
  ERR_clear_error();
  REQUIRE(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()));
}

std::string secure_client::receive() {
  std::string bytes(65536, '\0');
  ERR_clear_error();
  errno = 0;
  const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  timed_out_ = got <= 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (got <= 0)
    note_failure();
  return bytes;
}

bool secure_client::got_close_notify() const {
  return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string secure_client::version() const {
  return SSL_get_version(ssl_);
}

bool secure_client::was_resumed() const {
  return SSL_session_reused(ssl_) == 1;
}

void secure_client::say_close_notify() {
  SSL_shutdown(ssl_);
}

void secure_client::update_keys(bool both) {
  REQUIRE(SSL_key_update(ssl_, both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
  REQUIRE(SSL_do_handshake(ssl_) == 1);
}

bool secure_client::renegotiate() {
  ERR_clear_error();
  if (SSL_renegotiate(ssl_) != 1) {
    note_failure();
    return false;
  }
  const bool done = SSL_do_handshake(ssl_) == 1;
  if (!done)
    note_failure();
  return done;
}

std::shared_ptr<const tls_context> context_of(const tests::identity& server, tls_terms terms) {
  terms.certificates = {server.certificate_pem, "the certificate"};
  terms.private_key = {server.key_pem, "the key"};
  auto made = tls_context::of_server(terms);
  INFO((made ? std::string() : made.error()));
  REQUIRE(made);
  return *made;
}

listen_options secure_options(std::shared_ptr<const tls_context> context) {
  auto options = short_timeouts();
  options.tls = std::move(context);
  return options;
}

} // namespace mpac::net::street
