// A frame: one message's bytes, written once, shared by everybody who gets it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mpac::protocol {

/// Bytes readable behind every payload, so that a vectorised parser may overrun it.
inline constexpr std::size_t frame_padding = 64;

class frame;

/// Shares a frame; copying costs one atomic increment. Never null once made by `frame::of` or `frame_draft::seal`.
class frame_ptr {
public:
  frame_ptr() = default;
  frame_ptr(const frame_ptr& other) noexcept;
  frame_ptr(frame_ptr&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  frame_ptr& operator=(frame_ptr other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~frame_ptr();

  explicit operator bool() const noexcept { return frame_ != nullptr; }
  const frame& operator*() const noexcept { return *frame_; }
  const frame* operator->() const noexcept { return frame_; }
  const frame* get() const noexcept { return frame_; }

private:
  friend class frame;
  friend class frame_draft;
  explicit frame_ptr(frame* adopted) noexcept : frame_(adopted) {}
  frame* frame_ = nullptr;
};

/// The immutable bytes of one message in a single allocation: an RFC 6455 server text-frame header
/// (unmasked, final), directly followed by the payload, then padding. Thread-safe to share.
class frame {
public:
  /// A frame holding a copy of `text`.
  static frame_ptr of(std::string_view text);

  /// The JSON text alone.
  [[nodiscard]] std::string_view payload() const noexcept { return {bytes() + header_room, size_}; }

  /// What goes to a WebSocket peer: header and payload, ready to be written.
  [[nodiscard]] std::string_view wire() const noexcept {
    return {bytes() + header_room - header_size_, header_size_ + size_};
  }

  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

private:
  friend class frame_ptr;
  friend class frame_draft;
  static constexpr std::size_t header_room = 10; // the longest unmasked header, RFC 6455 5.2

  explicit frame(std::size_t size) noexcept : size_(size) {}
  ~frame() = default;
  static frame* allocate(std::size_t payload_size);
  static void destroy(frame* f) noexcept;
  const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }

  mutable std::atomic<std::uint32_t> references_{1};
  std::uint8_t header_size_ = 0;
  std::size_t size_;
};

/// A frame being written: the only one who may change its bytes. Seal it when the payload is complete.
class frame_draft {
public:
  explicit frame_draft(std::size_t payload_size);
  ~frame_draft();
  frame_draft(frame_draft&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  frame_draft& operator=(frame_draft&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }

  /// The payload's bytes, `size()` of them.
  [[nodiscard]] char* data() noexcept { return frame_->bytes() + frame::header_room; }
  [[nodiscard]] std::size_t size() const noexcept { return frame_->size_; }

  /// Ends the writing; the draft is empty afterwards.
  [[nodiscard]] frame_ptr seal() && noexcept;

private:
  frame* frame_;
};

inline frame_ptr::frame_ptr(const frame_ptr& other) noexcept : frame_(other.frame_) {
  if (frame_)
    frame_->references_.fetch_add(1, std::memory_order_relaxed);
}

inline frame_ptr::~frame_ptr() {
  if (frame_ && frame_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    frame::destroy(frame_);
}

} // namespace mpac::protocol
