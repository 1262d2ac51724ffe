#include "cluster/webhook_verifier.hpp"

#include "cluster/webhook_answer.hpp"
#include "cluster/webhook_memory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <type_traits>
#include <utility>

namespace mpac::cluster {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t longest_header = 8 * 1024;
constexpr std::uint64_t longest_body = 64 * 1024;
constexpr std::size_t longest_credential = 64 * 1024;

bool is_address(const std::string& host) {
  error_code no;
  (void)asio::ip::make_address(host, no);
  return !no;
}

} // namespace

/// By which terms somebody is asked about, and which generation of the memory may hold the answer.
struct webhook_verifier::asking {
  std::shared_ptr<const webhook_terms> terms;
  std::uint64_t generation = 0;
};

/// One question under way. Everything in it happens on the office's thread.
class webhook_verifier::question : public std::enable_shared_from_this<question> {
public:
  question(office& by, asking how, security::credential_request asked,
           std::function<void(security::credential_verdict)> done);
  /// Whoever asked is told in any case.
  ~question() {
    if (done_)
      done_(webhook_is_silent("was not asked, for the hub stops"));
  }

  /// Time runs from here on, whether it has begun or not.
  void wait_for_turn();
  void begin();
  void end(security::credential_verdict verdict);
  /// Of one that the office never took, on any thread.
  void turn_away(security::credential_verdict verdict) { std::exchange(done_, nullptr)(std::move(verdict)); }

  question(const question&) = delete;
  question& operator=(const question&) = delete;

private:
  template <class Step>
  auto then(const char* doing, Step step) {
    return [self = shared_from_this(), doing, step](error_code failed, auto&&... more) {
      if (!self->done_)
        return;
      if (failed)
        self->end(webhook_is_silent(std::string("can't be asked (") + doing + "): " + failed.message()));
      else if constexpr (std::is_invocable_v<Step, decltype(more)...>)
        step(more...);
      else
        step();
    };
  }

  void connect(const tcp::resolver::results_type& to);
  void encrypt();
  template <class Stream>
  void talk(Stream& over);

  office& office_;
  const std::shared_ptr<const webhook_terms> terms_;
  const std::uint64_t generation_; // of the memory
  security::credential_request asked_;
  std::function<void(security::credential_verdict)> done_;
  asio::steady_timer deadline_;
  tcp::resolver resolver_;
  std::optional<beast::tcp_stream> plain_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> encrypted_;
  http::request<http::string_body> request_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> answer_;
};

class webhook_verifier::office {
public:
  office(std::shared_ptr<const webhook_terms> terms, webhook_bounds bounds)
      : bounds_(bounds), terms_(std::move(terms)), open_(asio::make_work_guard(io)) {}

  /// The thread keeps the office: whoever is told something on it may let go of the last verifier.
  static std::shared_ptr<office> opened(std::shared_ptr<const webhook_terms> terms, webhook_bounds bounds) {
    auto one = std::make_shared<office>(std::move(terms), bounds);
    one->thread_ = std::thread([one] { one->run(); });
    return one;
  }

  void run() {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception&) {
        // One question failed by a mistake in the program, and whoever asked is told when it goes. The others go on.
      }
    }
  }

  void close() {
    {
      const std::lock_guard hold(mutex_);
      if (std::exchange(is_closed_, true))
        return;
    }
    asio::post(io, [this] {
      for (const auto& each : std::exchange(waiting_, {}))
        each->end(webhook_is_silent("was not asked, for the hub stops"));
      for (const auto& each : std::exchange(under_way_, {}))
        each->end(webhook_is_silent("was not asked to the end, for the hub stops"));
      io.stop();
    });
    if (thread_.get_id() == std::this_thread::get_id())
      thread_.detach();
    else
      thread_.join();
  }

  void change(std::shared_ptr<const webhook_terms> terms) {
    const std::lock_guard hold(mutex_);
    terms_ = std::move(terms);
    memory.forget_all();
  }

  /// How whoever comes now is asked about. The generation of the memory is that of the terms.
  [[nodiscard]] asking now() const {
    const std::lock_guard hold(mutex_);
    return {terms_, memory.generation()};
  }

  /// False after it was closed. Whatever was submitted before is ended then: it stands in line before the closing.
  bool submit(std::shared_ptr<question> one) {
    const std::lock_guard hold(mutex_);
    if (!is_closed_)
      asio::post(io, [this, one = std::move(one)] { take(one); });
    return !is_closed_;
  }

  void take(std::shared_ptr<question> one) {
    if (under_way_.size() < bounds_.at_once) {
      under_way_.insert(one);
      one->wait_for_turn();
      one->begin();
    } else if (waiting_.size() < bounds_.waiting) {
      waiting_.push_back(one);
      one->wait_for_turn();
    } else {
      one->end(webhook_is_silent("has too much to do"));
    }
  }

  void ended(const std::shared_ptr<question>& one) {
    std::erase(waiting_, one);
    under_way_.erase(one);
    while (under_way_.size() < bounds_.at_once && !waiting_.empty()) {
      auto next = waiting_.front();
      waiting_.pop_front();
      under_way_.insert(next);
      next->begin();
    }
  }

  asio::io_context io{1};
  webhook_memory memory;

private:
  const webhook_bounds bounds_;
  mutable std::mutex mutex_;
  std::shared_ptr<const webhook_terms> terms_;
  bool is_closed_ = false;
  std::deque<std::shared_ptr<question>> waiting_;
  std::set<std::shared_ptr<question>> under_way_;
  asio::executor_work_guard<asio::io_context::executor_type> open_;
  std::thread thread_;
};

webhook_verifier::question::question(office& by, asking how, security::credential_request asked,
                                     std::function<void(security::credential_verdict)> done)
    : office_(by), terms_(std::move(how.terms)), generation_(how.generation), asked_(std::move(asked)),
      done_(std::move(done)), deadline_(by.io), resolver_(by.io) {}

void webhook_verifier::question::wait_for_turn() {
  deadline_.expires_after(terms_->timeout);
  deadline_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled)
      self->end(webhook_is_silent("did not answer in time"));
  });
}

void webhook_verifier::question::begin() {
  resolver_.async_resolve(terms_->at.host, terms_->at.port,
                          then("resolve", [this](const tcp::resolver::results_type& found) { connect(found); }));
}

void webhook_verifier::question::connect(const tcp::resolver::results_type& to) {
  if (terms_->at.is_encrypted) {
    encrypted_.emplace(office_.io, *terms_->encryption);
    beast::get_lowest_layer(*encrypted_).async_connect(to, then("connect", [this] { encrypt(); }));
  } else {
    plain_.emplace(office_.io);
    plain_->async_connect(to, then("connect", [this] { talk(*plain_); }));
  }
}

void webhook_verifier::question::encrypt() {
  const auto& host = terms_->at.host;
  error_code failed;
  if (!is_address(host) && !SSL_set_tlsext_host_name(encrypted_->native_handle(), host.c_str()))
    return end(webhook_is_silent("can't be asked: its name can't be told in TLS"));
  encrypted_->set_verify_callback(asio::ssl::host_name_verification(host), failed);
  if (failed)
    return end(webhook_is_silent("can't be asked: its certificate can't be verified"));
  encrypted_->async_handshake(asio::ssl::stream_base::client, then("TLS", [this] { talk(*encrypted_); }));
}

template <class Stream>
void webhook_verifier::question::talk(Stream& over) {
  request_ = {http::verb::post, terms_->at.target, 11, webhook_question(asked_)};
  request_.set(http::field::host, terms_->at.authority);
  request_.set(http::field::user_agent, "mpac-cluster");
  request_.set(http::field::content_type, "application/json");
  request_.set(http::field::accept, "application/json");
  request_.keep_alive(false);
  request_.prepare_payload();
  answer_.header_limit(longest_header);
  answer_.body_limit(longest_body);
  http::async_write(over, request_, then("write", [this, &over] {
                      http::async_read(over, buffer_, answer_, then("read", [this] {
                                         const auto& got = answer_.get();
                                         end(webhook_verdict(asked_, got.result_int(), got.body()));
                                       }));
                    }));
}

void webhook_verifier::question::end(security::credential_verdict verdict) {
  const auto self = shared_from_this();
  const auto done = std::exchange(done_, nullptr);
  if (!done)
    return;
  deadline_.cancel();
  resolver_.cancel();
  if (plain_)
    plain_->close();
  if (encrypted_)
    beast::get_lowest_layer(*encrypted_).close();
  if (verdict) // what other terms accept is not remembered under these: their generation is over
    office_.memory.remember(asked_, *verdict, terms_->cache, generation_);
  office_.ended(self);
  done(std::move(verdict));
}

webhook_verifier::webhook_verifier(std::shared_ptr<const webhook_terms> terms, webhook_bounds bounds)
    : office_(office::opened(std::move(terms), bounds)) {}

webhook_verifier::~webhook_verifier() {
  close();
}

void webhook_verifier::close() {
  office_->close();
}

void webhook_verifier::change(std::shared_ptr<const webhook_terms> terms) {
  office_->change(std::move(terms));
}

void webhook_verifier::verify(security::credential_request asked,
                              std::function<void(security::credential_verdict)> done) const {
  if (asked.credential.value.size() > longest_credential)
    return done(
        base::fail(security::credential_refusal{"the credential is too long", "a credential is too long", false}));
  if (auto known = office_->memory.recall(asked))
    return done(*std::move(known));
  auto one = std::make_shared<question>(*office_, office_->now(), std::move(asked), std::move(done));
  if (!office_->submit(one))
    one->turn_away(webhook_is_silent("is not asked any more, for the hub stops"));
}

} // namespace mpac::cluster
