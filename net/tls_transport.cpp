#include "net/tls_transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {
namespace {

constexpr std::size_t record_bytes = SSL3_RT_MAX_PLAIN_LENGTH;
// What one read may still find decrypted or half there from the one before.
constexpr std::size_t record_under_way = SSL3_RT_MAX_ENCRYPTED_LENGTH + SSL3_RT_HEADER_LENGTH;
constexpr std::size_t bytes_a_read = 256 * 1024;
// Plaintext of one write. What the system does not take of it waits in the stream, where limits.outbox_bytes does not
// see it; so it is not as much as could be.
constexpr std::size_t bytes_a_write = 8 * record_bytes;
// A peer may make us answer (key updates, alerts) and never read the answers.
constexpr std::size_t most_held_back = 2 * bytes_a_write;

/// Buffers of the thread: in use only within a call.
struct scratch {
  std::vector<char> arrived = std::vector<char>(bytes_a_read);
  std::string leaving;
  char record[record_bytes];
};

scratch& of_this_thread() {
  static thread_local const auto mine = std::make_unique<scratch>();
  return *mine;
}

class record_stream;
int read_ciphertext(BIO* from, char* into, int size);
int write_ciphertext(BIO* to, const char* bytes, int size);

long control(BIO*, int what, long, void*) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

int begin_bio(BIO* fresh) {
  BIO_set_init(fresh, 1);
  return 1;
}

/// Where OpenSSL reads and writes: memory, so that it is us who talk to the system.
const BIO_METHOD* in_memory() {
  static const BIO_METHOD* const made = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mpac records");
    BIO_meth_set_read(method, read_ciphertext);
    BIO_meth_set_write(method, write_ciphertext);
    BIO_meth_set_ctrl(method, control);
    BIO_meth_set_create(method, begin_bio);
    return method;
  }();
  return made;
}

class record_stream final : public tls_transport {
public:
  record_stream(int socket, std::shared_ptr<const tls_context> context)
      : socket_(socket), context_(std::move(context)), ssl_(SSL_new(context_->native())) {
    BIO* records = BIO_new(in_memory());
    if (ssl_ == nullptr || records == nullptr) {
      BIO_free(records);
      SSL_free(ssl_);
      throw std::bad_alloc();
    }
    BIO_set_data(records, this);
    SSL_set_bio(ssl_, records, records); // which owns it now
  }

  ~record_stream() override {
    if (!is_failed_ && held_back_.empty() && is_established() && (SSL_get_shutdown(ssl_) & SSL_SENT_SHUTDOWN) == 0)
      say_close_notify();
    SSL_free(ssl_);
    ::close(socket_);
  }
  record_stream(const record_stream&) = delete;
  record_stream& operator=(const record_stream&) = delete;

  [[nodiscard]] SSL* native() noexcept { return ssl_; }

  io_outcome read_some(std::span<char> into) override {
    if (is_failed_)
      return {io_state::failed, 0};
    if (has_ended_)
      return {io_state::ended, 0};
    ERR_clear_error();
    begin_leaving();
    auto outcome = read_records(into);
    if (!send_leaving())
      outcome = fail_with_system();
    return outcome;
  }

  io_outcome write_some(std::span<const iovec> pieces) override {
    if (is_failed_ || !send_held_back())
      return {io_state::failed, 0};
    if (!held_back_.empty())
      return {io_state::would_block, 0};
    ERR_clear_error();
    begin_leaving();
    std::size_t taken = 0;
    if (!encrypt(pieces, taken) || !send_leaving())
      return {io_state::failed, 0};
    return {io_state::moved, taken};
  }

  [[nodiscard]] bool holds_back() const noexcept override { return !held_back_.empty(); }

  void finish_sending() override {
    if (!is_failed_ && is_established())
      say_close_notify();
    is_finishing_ = true;
    if (held_back_.empty())
      ::shutdown(socket_, SHUT_WR);
  }

  [[nodiscard]] int descriptor() const noexcept override { return socket_; }

  [[nodiscard]] bool is_established() const noexcept override { return SSL_is_init_finished(ssl_) == 1; }
  [[nodiscard]] const std::string& failure() const noexcept override { return failure_; }
  [[nodiscard]] bool met_plain_http() const noexcept override { return met_plain_http_; }

  [[nodiscard]] std::string peer_certificate() const override {
    std::string der;
    X509* certificate = is_established() ? SSL_get0_peer_certificate(ssl_) : nullptr;
    if (certificate == nullptr)
      return der;
    const int size = i2d_X509(certificate, nullptr);
    if (size <= 0)
      return der;
    der.resize(static_cast<std::size_t>(size));
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    i2d_X509(certificate, &at);
    return der;
  }

  // For OpenSSL, by way of the BIO.

  int give(char* into, int size) {
    const auto taken = std::min(arrived_.size(), static_cast<std::size_t>(size));
    if (taken == 0)
      return -1;
    std::memcpy(into, arrived_.data(), taken);
    arrived_.remove_prefix(taken);
    return static_cast<int>(taken);
  }

  int take(const char* bytes, int size) {
    if (held_back_.size() + leaving_->size() > most_held_back)
      return -1;
    leaving_->append(bytes, static_cast<std::size_t>(size));
    return size;
  }

private:
  io_outcome read_records(std::span<char> into) {
    std::size_t filled = 0;
    bool asked_system = false;
    while (filled < into.size()) {
      if (arrived_.empty() && !asked_system && SSL_pending(ssl_) == 0) {
        if (filled != 0)
          break; // what the last read had no room for; whether more is there, readiness tells
        const auto fetched = fetch(into.size(), asked_system);
        if (fetched.state == io_state::ended)
          return fail(is_established() ? "the stream was cut off" : "the peer left during the handshake");
        if (fetched.state == io_state::failed)
          return fail_with_system();
        if (fetched.state == io_state::would_block && SSL_in_before(ssl_) != 1) // a client speaks first
          break;
      }
      std::size_t got = 0;
      if (SSL_read_ex(ssl_, into.data() + filled, into.size() - filled, &got) == 1) {
        filled += got;
        continue;
      }
      const int why = SSL_get_error(ssl_, 0);
      if (why == SSL_ERROR_ZERO_RETURN) {
        has_ended_ = true;
        return filled == 0 ? io_outcome{io_state::ended, 0} : io_outcome{io_state::moved, filled, true};
      }
      if (why != SSL_ERROR_WANT_READ)
        return fail_with_openssl();
      if (asked_system)
        break;
    }
    // What did not fit stays, for the next read; `arrived_` looks into the thread's buffer until now.
    if (!arrived_.empty())
      left_over_.assign(arrived_);
    arrived_ = {};
    return filled == 0 ? io_outcome{io_state::would_block, 0} : io_outcome{io_state::moved, filled};
  }

  /// One system call at most; `is_all`: it left nothing there. Takes no more than will fit: nothing must stay here that
  /// readiness does not tell of.
  io_outcome fetch(std::size_t room, bool& is_all) {
    auto& buffer = of_this_thread().arrived;
    is_all = false;
    if (!left_over_.empty()) {
      std::copy(left_over_.begin(), left_over_.end(), buffer.begin());
      arrived_ = {buffer.data(), left_over_.size()};
      left_over_.clear();
      left_over_.shrink_to_fit();
      return {io_state::moved, arrived_.size()};
    }
    const auto most = room > 2 * record_under_way ? std::min(room - record_under_way, buffer.size()) : record_under_way;
    ssize_t got;
    do
      got = ::recv(socket_, buffer.data(), most, 0);
    while (got < 0 && errno == EINTR);
    is_all = got < static_cast<ssize_t>(most);
    if (got < 0)
      return {errno == EAGAIN || errno == EWOULDBLOCK ? io_state::would_block : io_state::failed, 0};
    if (got == 0)
      return {io_state::ended, 0};
    arrived_ = {buffer.data(), static_cast<std::size_t>(got)};
    return {io_state::moved, arrived_.size()};
  }

  bool encrypt(std::span<const iovec> pieces, std::size_t& taken) {
    char* const record = of_this_thread().record;
    std::size_t fill = 0;
    for (const auto& piece : pieces) {
      std::string_view rest(static_cast<const char*>(piece.iov_base), piece.iov_len);
      while (!rest.empty() && taken < bytes_a_write) {
        if (fill == 0 && rest.size() >= record_bytes) { // whole records need not be gathered
          if (!seal(rest.data(), record_bytes))
            return false;
          rest.remove_prefix(record_bytes);
          taken += record_bytes;
          continue;
        }
        const auto more = std::min(record_bytes - fill, rest.size());
        std::memcpy(record + fill, rest.data(), more);
        fill += more;
        taken += more;
        rest.remove_prefix(more);
        if (fill == record_bytes) {
          if (!seal(record, fill))
            return false;
          fill = 0;
        }
      }
      if (taken >= bytes_a_write)
        break;
    }
    return fill == 0 || seal(record, fill);
  }

  bool seal(const char* bytes, std::size_t size) {
    std::size_t written = 0;
    if (SSL_write_ex(ssl_, bytes, size, &written) == 1 && written == size)
      return true;
    fail_with_openssl(); // memory takes all: this is no lack of room
    return false;
  }

  void begin_leaving() {
    leaving_ = &of_this_thread().leaving;
    leaving_->clear();
  }

  /// Sends what OpenSSL has written; the system may leave some of it here. False: the stream is dead.
  bool send_leaving() {
    std::string_view rest = *leaving_;
    if (held_back_.empty() && !rest.empty()) {
      const auto sent = send_bytes(rest);
      if (sent < 0)
        return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    held_back_.append(rest);
    return true;
  }

  bool send_held_back() {
    if (held_back_.empty())
      return true;
    const auto sent = send_bytes(held_back_);
    if (sent < 0)
      return false;
    held_back_.erase(0, static_cast<std::size_t>(sent));
    if (held_back_.empty()) {
      held_back_.shrink_to_fit();
      if (is_finishing_)
        ::shutdown(socket_, SHUT_WR);
    }
    return true;
  }

  /// How many the system took; negative: the stream is dead.
  ssize_t send_bytes(std::string_view bytes) {
    ssize_t sent;
    do
      sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return 0;
    if (sent < 0)
      fail_with_system();
    return sent;
  }

  void say_close_notify() {
    ERR_clear_error();
    begin_leaving();
    SSL_shutdown(ssl_);
    send_leaving();
    ERR_clear_error();
  }

  io_outcome fail(std::string why) {
    is_failed_ = true;
    arrived_ = {};
    if (failure_.empty())
      failure_ = std::move(why);
    return {io_state::failed, 0};
  }

  io_outcome fail_with_system() { return fail(std::generic_category().message(errno)); }

  io_outcome fail_with_openssl() {
    const auto code = ERR_peek_error();
    met_plain_http_ = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
    if (met_plain_http_)
      leaving_->clear(); // an alert would be no HTTP
    const char* reason = ERR_reason_error_string(code);
    ERR_clear_error();
    return fail(reason != nullptr ? reason : "the TLS stream broke");
  }

  const int socket_;
  const std::shared_ptr<const tls_context> context_;
  SSL* const ssl_;
  std::string_view arrived_;       // ciphertext not yet read, in the thread's buffer; within a call only
  std::string left_over_;          // the same between calls, if the reader had no room
  std::string* leaving_ = nullptr; // ciphertext of this call
  std::string held_back_;          // what the system did not take
  std::string failure_;
  bool has_ended_ = false;
  bool is_failed_ = false;
  bool is_finishing_ = false;
  bool met_plain_http_ = false;
};

int read_ciphertext(BIO* from, char* into, int size) {
  BIO_clear_retry_flags(from);
  const int given = static_cast<record_stream*>(BIO_get_data(from))->give(into, size);
  if (given < 0)
    BIO_set_retry_read(from);
  return given;
}

int write_ciphertext(BIO* to, const char* bytes, int size) {
  BIO_clear_retry_flags(to);
  return static_cast<record_stream*>(BIO_get_data(to))->take(bytes, size);
}

} // namespace

std::unique_ptr<tls_transport> tls_server(int socket, std::shared_ptr<const tls_context> context) {
  auto made = std::make_unique<record_stream>(socket, std::move(context));
  SSL_set_accept_state(made->native());
  return made;
}

std::unique_ptr<tls_transport> tls_client(int socket, std::shared_ptr<const tls_context> context,
                                          const std::string& host) {
  auto made = std::make_unique<record_stream>(socket, std::move(context));
  SSL* const ssl = made->native();
  SSL_set_connect_state(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1) {
    ERR_clear_error();
    SSL_set1_host(ssl, host.c_str());
    SSL_set_tlsext_host_name(ssl, host.c_str());
  }
  return made;
}

} // namespace mpac::net
