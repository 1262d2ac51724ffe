#include "net/outbox.hpp"

#include <utility>

namespace mpac::net {

namespace {
// Larger queues give their memory back when they run empty: most connections are idle most of the time.
constexpr std::size_t kept_capacity = 4;
// Frames already taken stay in front until there are this many, so that taking is constant time on average.
constexpr std::size_t tolerated_gap = 64;
} // namespace

void outbox::push(protocol::frame_ptr frame, written_as as) {
  entry next{std::move(frame), as};
  bytes_ += next.bytes().size();
  queue_.push_back(std::move(next));
}

std::size_t outbox::gather(std::span<iovec> into) const {
  std::size_t used = 0;
  std::size_t skip = front_taken_;
  for (std::size_t i = head_; i < queue_.size() && used < into.size(); ++i, ++used) {
    const auto bytes = queue_[i].bytes().substr(std::exchange(skip, 0));
    into[used] = {const_cast<char*>(bytes.data()), bytes.size()}; // the system only reads; its struct cannot say so
  }
  return used;
}

void outbox::taken(std::size_t bytes) {
  bytes_ -= bytes;
  while (head_ < queue_.size()) {
    const std::size_t left = queue_[head_].bytes().size() - front_taken_;
    if (bytes < left) {
      front_taken_ += bytes;
      break;
    }
    bytes -= left;
    front_taken_ = 0;
    queue_[head_++].frame = {};
  }
  if (empty()) {
    if (queue_.capacity() > kept_capacity)
      queue_ = {};
    queue_.clear();
    head_ = 0;
  } else if (head_ >= tolerated_gap && head_ * 2 >= queue_.size()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void outbox::drop_untouched() {
  const std::size_t keep = head_ + (front_taken_ > 0 ? 1 : 0);
  while (queue_.size() > keep) {
    bytes_ -= queue_.back().bytes().size();
    queue_.pop_back();
  }
}

} // namespace mpac::net
