#include "client/mcp/line_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace mpac::client::mcp {
namespace {

constexpr std::chrono::seconds patience{1};

void open_pipe(int (&ends)[2]) {
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
}

void wake(const int (&ends)[2]) {
  const char byte = 0;
  (void)!::write(ends[1], &byte, 1);
}

} // namespace

line_stream::line_stream(int in, int out, reading what) : in_(in), out_(out), reading_(std::move(what)) {
  open_pipe(stop_reading_);
  open_pipe(stop_writing_);
  reader_ = std::thread([this] { read(); });
  writer_ = std::thread([this] { write_out(); });
}

line_stream::~line_stream() {
  wake(stop_reading_);
  {
    std::unique_lock lock(mutex_);
    is_closing_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return has_written_all_; });
  }
  wake(stop_writing_);
  reader_.join();
  writer_.join();
  for (const int each : {stop_reading_[0], stop_reading_[1], stop_writing_[0], stop_writing_[1]})
    ::close(each);
}

bool line_stream::is_ready(int descriptor, short what, int wake) const {
  std::array<pollfd, 2> both{pollfd{descriptor, what, 0}, pollfd{wake, POLLIN, 0}};
  for (;;) {
    if (::poll(both.data(), both.size(), -1) < 0) {
      if (errno == EINTR)
        continue;
      return false;
    }
    if (both[1].revents != 0)
      return false;
    if (both[0].revents != 0)
      return true;
  }
}

void line_stream::take(const char* bytes, std::size_t count, std::string& line, bool& is_too_long) {
  while (count > 0) {
    const auto* end = static_cast<const char*>(std::memchr(bytes, '\n', count));
    const auto length = end ? static_cast<std::size_t>(end - bytes) : count;
    if (!is_too_long)
      line.append(bytes, length);
    if (line.size() > longest_line) {
      is_too_long = true;
      line.clear();
      reading_.on_long_line();
    }
    if (!end)
      return;
    if (!is_too_long) {
      if (!has_room(line.size()))
        return;
      reading_.on_line(std::exchange(line, {}));
    }
    is_too_long = false;
    line.clear();
    bytes = end + 1;
    count -= length + 1;
  }
}

bool line_stream::has_room(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  const auto is_room = [this] {
    return unheard_lines_ < most_unheard && unheard_bytes_ <= longest_line && waiting_bytes_ <= most_waiting;
  };
  changed_.wait(lock, [&] { return is_closing_ || has_written_all_ || is_room(); });
  ++unheard_lines_;
  unheard_bytes_ += bytes;
  return !is_closing_ && !has_written_all_;
}

void line_stream::heard(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  --unheard_lines_;
  unheard_bytes_ -= bytes;
  changed_.notify_all();
}

void line_stream::read() {
  std::array<char, 65536> room;
  std::string line;
  bool is_too_long = false;
  while (is_ready(in_, POLLIN, stop_reading_[0])) {
    const auto count = ::read(in_, room.data(), room.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (count <= 0)
      break;
    take(room.data(), static_cast<std::size_t>(count), line, is_too_long);
  }
  if (!line.empty() && !is_too_long && has_room(line.size()))
    reading_.on_line(std::move(line)); // the last one may lack its end
  reading_.on_end();
}

void line_stream::write(std::string line, bool is_droppable) {
  const std::lock_guard lock(mutex_);
  if (is_droppable && waiting_bytes_ > most_waiting)
    return;
  waiting_bytes_ += line.size();
  waiting_.push_back(std::move(line));
  changed_.notify_all();
}

void line_stream::write_out() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
    if (waiting_.empty())
      break;
    auto line = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= line.size();
    changed_.notify_all();
    lock.unlock();
    line += '\n';
    std::size_t done = 0;
    while (done < line.size() && is_ready(out_, POLLOUT, stop_writing_[0])) {
      // A pipe that is ready takes this much without making us wait.
      const auto count = ::write(out_, line.data() + done, std::min<std::size_t>(line.size() - done, PIPE_BUF));
      if (count < 0 && errno != EINTR && errno != EAGAIN)
        break;
      done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const bool has_failed = done < line.size();
    lock.lock();
    if (!has_failed)
      continue;
    waiting_.clear();
    waiting_bytes_ = 0;
    if (!is_closing_) {
      lock.unlock();
      reading_.on_end();
      lock.lock();
    }
    break;
  }
  has_written_all_ = true;
  changed_.notify_all();
}

} // namespace mpac::client::mcp
