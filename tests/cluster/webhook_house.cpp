#include "tests/cluster/webhook_house.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <mutex>
#include <optional>
#include <thread>

namespace mpac::cluster::tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct webhook_house::impl {
  using encrypted = asio::ssl::stream<tcp::socket>;

  explicit impl(answers given) : how(std::move(given)) {}

  void next() {
    acceptor.async_accept([this](error_code failed, tcp::socket socket) {
      if (failed)
        return;
      serve(std::move(socket));
      next();
    });
  }

  void serve(tcp::socket socket) {
    if (!encryption)
      return talk(std::make_shared<tcp::socket>(std::move(socket)));
    auto stream = std::make_shared<encrypted>(std::move(socket), *encryption);
    error_code failed;
    stream->handshake(asio::ssl::stream_base::server, failed);
    if (!failed)
      talk(std::move(stream));
  }

  template <class Stream>
  void talk(std::shared_ptr<Stream> over) {
    error_code failed;
    std::string text;
    const auto head = asio::read_until(*over, asio::dynamic_buffer(text), "\r\n\r\n", failed);
    if (failed)
      return;
    const auto at = text.find("Content-Length: ");
    const auto length = at == text.npos ? 0 : std::stoul(text.substr(at + 16));
    if (text.size() < head + length)
      asio::read(*over, asio::dynamic_buffer(text), asio::transfer_exactly(head + length - text.size()), failed);
    heard_question one{text.substr(0, head), text.substr(head)};
    {
      const std::lock_guard hold(mutex);
      heard.push_back(one);
    }
    const auto answer = how(one);
    if (answer.empty())
      kept.push_back(over);
    else
      asio::write(*over, asio::buffer(answer), failed);
  }

  answers how;
  asio::io_context io{1};
  tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
  std::optional<asio::ssl::context> encryption;
  mutable std::mutex mutex;
  std::vector<heard_question> heard;
  std::vector<std::shared_ptr<void>> kept;
  std::thread thread;
};

webhook_house::webhook_house(answers how, const std::string& certificate, const std::string& key)
    : impl_(std::make_unique<impl>(std::move(how))) {
  if (!certificate.empty()) {
    impl_->encryption.emplace(asio::ssl::context::tls_server);
    impl_->encryption->use_certificate_chain(asio::buffer(certificate));
    impl_->encryption->use_private_key(asio::buffer(key), asio::ssl::context::pem);
  }
  impl_->next();
  impl_->thread = std::thread([this] { impl_->io.run(); });
}

webhook_house::~webhook_house() {
  asio::post(impl_->io, [this] { impl_->acceptor.close(); });
  impl_->thread.join();
}

std::string webhook_house::url() const {
  return (impl_->encryption ? "https://127.0.0.1:" : "http://127.0.0.1:") +
         std::to_string(impl_->acceptor.local_endpoint().port());
}

std::vector<heard_question> webhook_house::heard() const {
  const std::lock_guard hold(impl_->mutex);
  return impl_->heard;
}

std::string http_answer(const std::string& body, const std::string& status) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

} // namespace mpac::cluster::tests
