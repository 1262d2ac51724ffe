// Lines over two file descriptors: standard input and output, or whatever stands for them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace mpac::client::mcp {

/// Reads and writes on threads of its own, so that neither a regular file nor a client that does not read holds up
/// anything else. `write` may be called from one thread while the others work.
class line_stream {
public:
  static constexpr std::size_t longest_line = 64 * 1024 * 1024;
  /// Bytes to be written; beyond them what is droppable is dropped, and nothing more is read.
  static constexpr std::size_t most_waiting = 64 * 1024 * 1024;
  static constexpr std::size_t most_unheard = 64; ///< lines that were read; with so many nothing more is read

  struct reading {
    std::function<void(std::string)> on_line; ///< without its end; `heard` follows when it was dealt with
    std::function<void()> on_long_line;       ///< one longer than `longest_line`, passed over
    std::function<void()> on_end;             ///< no more lines, or nobody who reads ours
  };

  /// All of `reading` is called on the stream's threads.
  line_stream(int in, int out, reading what);
  /// Stops reading; what waits to be written is given `patience` to go.
  ~line_stream();
  line_stream(const line_stream&) = delete;
  line_stream& operator=(const line_stream&) = delete;

  void write(std::string line, bool is_droppable);
  /// A line of so many bytes was dealt with: whoever reads on for ever while others are slow has no memory left.
  void heard(std::size_t bytes);

private:
  void read();
  void take(const char* bytes, std::size_t count, std::string& line, bool& is_too_long);
  /// Waits until a line of so many bytes may be handed on, and counts it; false when the stream is to end.
  [[nodiscard]] bool has_room(std::size_t bytes);
  void write_out();
  /// False when the stream is to end before `descriptor` is ready.
  [[nodiscard]] bool is_ready(int descriptor, short what, int wake) const;

  int in_, out_;
  reading reading_;
  int stop_reading_[2] = {-1, -1}, stop_writing_[2] = {-1, -1}; ///< pipes: a byte ends a wait
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0, unheard_lines_ = 0, unheard_bytes_ = 0;
  bool is_closing_ = false, has_written_all_ = false;
  std::thread reader_, writer_;
};

} // namespace mpac::client::mcp
