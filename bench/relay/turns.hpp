// Runs an io_context in turns, and lets connections flush once at the end of each.
#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace mpac::bench::relay {

/// Something that has gathered output during a turn.
class gathered {
public:
  virtual ~gathered() = default;
  virtual void flush() = 0;
};

/// A turn runs what is ready, at most `turn_limit` handlers so that nobody's output waits for long, then flushes.
class turns {
public:
  explicit turns(boost::asio::io_context& context) : context_(context) {}

  /// Has `who` flushed when this turn ends. Asking twice flushes twice.
  void at_end(std::shared_ptr<gathered> who) { waiting_.push_back(std::move(who)); }

  /// Returns when the context is stopped or out of work.
  void run() {
    while (context_.run_one() != 0) {
      for (int handlers = 1; handlers < turn_limit && context_.poll_one() != 0; ++handlers) {
      }
      flushing_.swap(waiting_);
      for (const auto& who : flushing_)
        who->flush();
      flushing_.clear();
    }
  }

private:
  static constexpr int turn_limit = 4096;
  boost::asio::io_context& context_;
  std::vector<std::shared_ptr<gathered>> waiting_;
  std::vector<std::shared_ptr<gathered>> flushing_;
};

} // namespace mpac::bench::relay
