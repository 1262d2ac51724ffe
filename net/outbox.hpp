// What waits to be written to one peer: shared frames in order, handed to the system many at a time.
#pragma once

#include "protocol/wire/frame.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <sys/uio.h>

namespace mpac::net {

/// Which bytes of a frame go out.
enum class written_as : std::uint8_t {
  message, ///< `wire()`: the prebuilt text header and the payload
  raw,     ///< `payload()`: it holds a finished WebSocket frame of another kind
};

/// A queue of bytes not yet taken by the system. Not thread-safe. An empty one holds at most a handful of words.
class outbox {
public:
  void push(protocol::frame_ptr frame, written_as as);

  /// Bytes waiting, the written part of the first frame not counted.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool empty() const noexcept { return head_ == queue_.size(); }

  /// Fills `into` with what goes out next, from the front; returns how many entries were used.
  [[nodiscard]] std::size_t gather(std::span<iovec> into) const;

  /// The system has taken that many bytes from the front.
  void taken(std::size_t bytes);

  /// Forgets all frames of which no byte has been taken: what is left ends on a frame boundary.
  void drop_untouched();

private:
  struct entry {
    protocol::frame_ptr frame;
    written_as as;
    [[nodiscard]] std::string_view bytes() const {
      return as == written_as::message ? frame->wire() : frame->payload();
    }
  };

  std::vector<entry> queue_;
  std::size_t head_ = 0;        // first entry not wholly taken
  std::size_t front_taken_ = 0; // bytes of it that were
  std::size_t bytes_ = 0;
};

} // namespace mpac::net
