#include "protocol/wire/frame.hpp"

#include <cstring>
#include <new>

namespace mpac::protocol {

frame* frame::allocate(std::size_t payload_size) {
  void* memory = ::operator new(sizeof(frame) + header_room + payload_size + frame_padding);
  auto* f = new (memory) frame(payload_size);
  std::memset(f->bytes() + header_room + payload_size, 0, frame_padding);
  return f;
}

void frame::destroy(frame* f) noexcept {
  f->~frame();
  ::operator delete(f);
}

frame_ptr frame::of(std::string_view text) {
  frame_draft draft(text.size());
  std::memcpy(draft.data(), text.data(), text.size());
  return std::move(draft).seal();
}

frame_draft::frame_draft(std::size_t payload_size) : frame_(frame::allocate(payload_size)) {}

frame_draft::~frame_draft() {
  if (frame_)
    frame::destroy(frame_);
}

frame_ptr frame_draft::seal() && noexcept {
  constexpr std::uint8_t final_text = 0x81; // FIN and opcode 1, RFC 6455 5.2
  const std::size_t size = frame_->size_;
  auto* end = reinterpret_cast<std::uint8_t*>(frame_->bytes() + frame::header_room);
  const auto big_endian = [&](std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      end[-1 - static_cast<std::ptrdiff_t>(i)] = static_cast<std::uint8_t>(size >> (8 * i));
  };
  std::size_t length_bytes = 0;
  std::uint8_t length_code = static_cast<std::uint8_t>(size);
  if (size > 0xffff) {
    length_bytes = 8;
    length_code = 127;
  } else if (size > 125) {
    length_bytes = 2;
    length_code = 126;
  }
  big_endian(length_bytes);
  frame_->header_size_ = static_cast<std::uint8_t>(2 + length_bytes);
  end[-static_cast<std::ptrdiff_t>(frame_->header_size_)] = final_text;
  end[1 - static_cast<std::ptrdiff_t>(frame_->header_size_)] = length_code;
  return frame_ptr(std::exchange(frame_, nullptr));
}

} // namespace mpac::protocol
