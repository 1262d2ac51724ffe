// A script through pipes: commands are lines of standard input, and everything else is lines of standard output.
#include "tools/mpac/terminal/conversation.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>

#include <sys/stat.h>
#include <unistd.h>

namespace mpac::tools::terminal {
namespace {

namespace asio = boost::asio;

/// A file can't be waited for, and need not be: all of it is there.
bool can_be_waited_for(int descriptor) {
  struct stat what {};
  return fstat(descriptor, &what) == 0 && !S_ISREG(what.st_mode) && !S_ISDIR(what.st_mode);
}

class piped final : public conversation {
public:
  piped(const asio::any_io_executor& on, const console& with) : in_(on), with_(with) {
    if (can_be_waited_for(STDIN_FILENO)) {
      boost::system::error_code failed;
      in_.assign(dup(STDIN_FILENO), failed);
    }
    if (!in_.is_open()) {
      std::ifstream all("/dev/stdin", std::ios::binary);
      text_.assign(std::istreambuf_iterator<char>(all), {});
    }
  }

  asio::awaitable<std::optional<std::string>> next_line() override {
    while (!is_stopped_) {
      if (const auto end = text_.find('\n'); end != text_.npos) {
        auto line = text_.substr(0, end);
        text_.erase(0, end + 1);
        co_return line;
      }
      boost::system::error_code ended = asio::error::eof;
      if (in_.is_open())
        co_await asio::async_read_until(in_, asio::dynamic_buffer(text_, longest_line), '\n',
                                        asio::redirect_error(asio::use_awaitable, ended));
      if (ended && (is_stopped_ || text_.empty()))
        co_return std::nullopt;
      if (ended)
        co_return std::exchange(text_, {}); // a last line without its end
    }
    co_return std::nullopt;
  }

  asio::awaitable<std::optional<std::string>> ask(const styled_line& question) override {
    print({question});
    auto line = co_await next_line();
    co_return line;
  }

  void print(const styled_lines& lines) override {
    for (const auto& each : lines)
      held_ += each.painted(with_.is_out_coloured) + '\n';
    if (!is_paused_)
      with_.out << std::exchange(held_, {}) << std::flush;
  }

  void set_prompt(const std::string&) override {}
  void pause() override { is_paused_ = true; }
  void resume() override {
    is_paused_ = false;
    print({});
  }
  void stop() override {
    is_stopped_ = true;
    boost::system::error_code ignored;
    in_.cancel(ignored);
  }
  std::optional<std::size_t> columns() const override { return std::nullopt; }

private:
  static constexpr std::size_t longest_line = std::size_t{1} << 20;

  asio::posix::stream_descriptor in_;
  const console& with_;
  std::string text_, held_;
  bool is_stopped_ = false, is_paused_ = false;
};

} // namespace

std::unique_ptr<conversation> piped_conversation(const asio::any_io_executor& on, const console& with) {
  return std::make_unique<piped>(on, with);
}

std::unique_ptr<conversation> standard_conversation(const asio::any_io_executor& on, const console& with) {
  const char* terminal = std::getenv("TERM");
  const bool moves_cursor = terminal && *terminal && std::string_view(terminal) != "dumb";
  if (moves_cursor && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
    return edited_conversation(on, with);
  return piped_conversation(on, with);
}

} // namespace mpac::tools::terminal
