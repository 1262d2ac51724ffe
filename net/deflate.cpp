#include "net/deflate.hpp"

#include "net/control_frame.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace mpac::net {

namespace zlib = boost::beast::zlib;

namespace {

// Every message ends with a sync flush whose last four bytes stay off the wire (RFC 7692 7.2.1).
constexpr std::string_view sync_tail{"\x00\x00\xff\xff", 4};
constexpr std::size_t block = 16 * 1024;
// A buffer that a rare huge message has blown up does not stay.
constexpr std::size_t kept_capacity = 256 * 1024;
constexpr int level = 6;
constexpr int memory_level = 8;

} // namespace

struct message_inflater::impl {
  zlib::inflate_stream stream;
  std::string text;
};

message_inflater::message_inflater() : impl_(std::make_unique<impl>()) {}
message_inflater::~message_inflater() = default;

inflated message_inflater::inflate(std::string_view compressed, std::size_t limit) {
  auto& [stream, text] = *impl_;
  stream.reset(15);
  if (text.capacity() > kept_capacity)
    text = {};
  text.clear();

  zlib::z_params step;
  for (const auto input : {compressed, sync_tail}) {
    step.next_in = input.data();
    step.avail_in = input.size();
    for (bool more = true; more;) {
      const std::size_t before = text.size();
      text.resize(before + block);
      step.next_out = text.data() + before;
      step.avail_out = block;
      boost::system::error_code error;
      stream.write(step, zlib::Flush::sync, error);
      text.resize(before + block - step.avail_out);
      if (text.size() > limit)
        return {inflate_state::too_big, {}};
      if (error == zlib::error::end_of_stream) // a final block is allowed to end a message, RFC 7692 7.2.3.4
        return {inflate_state::ok, text};
      if (error && error != zlib::error::need_buffers)
        return {inflate_state::corrupt, {}};
      more = step.avail_out == 0;
    }
    if (step.avail_in != 0)
      return {inflate_state::corrupt, {}};
  }
  return {inflate_state::ok, text};
}

struct message_deflater::impl {
  zlib::deflate_stream stream;
  std::string bytes;
};

message_deflater::message_deflater() : impl_(std::make_unique<impl>()) {}
message_deflater::~message_deflater() = default;

protocol::frame_ptr message_deflater::deflate(std::string_view text, int window_bits) {
  auto& [stream, bytes] = *impl_;
  stream.reset(level, window_bits, memory_level, zlib::Strategy::normal);
  if (bytes.capacity() > kept_capacity)
    bytes = {};
  bytes.resize(stream.upper_bound(text.size()) + 64);

  zlib::z_params step;
  step.next_in = text.data();
  step.avail_in = text.size();
  std::size_t done = 0;
  for (;;) {
    step.next_out = bytes.data() + done;
    step.avail_out = bytes.size() - done;
    boost::system::error_code error;
    stream.write(step, zlib::Flush::sync, error);
    done = bytes.size() - step.avail_out;
    if (step.avail_out > 0) // room left: everything is out, the tail included
      break;
    bytes.resize(bytes.size() * 2);
  }
  const std::string_view kept{bytes.data(), done - sync_tail.size()};
  return protocol::frame::of(encode_frame(opcode::text, kept, {.final = true, .compressed = true, .mask = {}}));
}

} // namespace mpac::net
