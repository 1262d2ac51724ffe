#include "net/framer.hpp"

#include "net/deflate.hpp"
#include "net/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace mpac::net {

/// What a message or control frame has so far, while some of it is still to come.
struct framer::partial {
  std::optional<protocol::frame_draft> whole; // an unfragmented message: its length is known, so it is built in place
  std::string gathered;                       // the fragments of a fragmented or compressed one
  std::string control;                        // a control frame may come between two fragments
  std::uint32_t fragments = 0;
  bool open = false; // a first fragment came and the last did not
  bool compressed = false;
};

namespace {

constexpr bool is_control(opcode kind) {
  return static_cast<std::uint8_t>(kind) >= 8;
}

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | bytes[i];
  return value;
}

/// Bytes of the extended length that a header's second byte announces (RFC 6455 5.2).
constexpr std::size_t length_bytes(std::uint8_t second) {
  const int code = second & 0x7f;
  return code == 127 ? 8 : code == 126 ? 2 : 0;
}

framing_error broken(std::string_view reason) {
  return {close_code::protocol_error, reason};
}

} // namespace

framer::framer(sender_side reads_from) noexcept : reads_from_(reads_from) {}
framer::~framer() = default;
framer::framer(framer&&) noexcept = default;
framer& framer::operator=(framer&&) noexcept = default;

bool framer::idle() const noexcept {
  return !partial_ && header_filled_ == 0 && !in_frame_;
}

void framer::feed(std::span<const char> bytes, const framer_limits& limits, message_inflater* inflater, framed& out) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end && !finished_) {
    if (!in_frame_)
      at = read_header(at, end, limits, inflater != nullptr, out);
    if (in_frame_)
      at = read_payload(at, end, limits, inflater, out);
  }
}

const char* framer::read_header(const char* at, const char* end, const framer_limits& limits, bool inflates,
                                framed& out) {
  const auto fill = [&](std::size_t needed) {
    if (header_filled_ < needed) {
      const auto taken = std::min<std::size_t>(needed - header_filled_, static_cast<std::size_t>(end - at));
      std::memcpy(header_.data() + header_filled_, at, taken);
      header_filled_ = static_cast<std::uint8_t>(header_filled_ + taken);
      at += taken;
    }
    return header_filled_ >= needed;
  };
  if (!fill(2))
    return at;
  const std::size_t key_bytes = (header_[1] & 0x80) != 0 ? mask_.size() : 0;
  if (!fill(2 + length_bytes(header_[1]) + key_bytes))
    return at;
  header_filled_ = 0;
  if (const auto error = begin_frame(limits, inflates))
    fail(out, *error);
  return at;
}

std::optional<framing_error> framer::begin_frame(const framer_limits& limits, bool inflates) {
  const std::uint8_t first = header_[0];
  const std::uint8_t second = header_[1];
  const bool masked = (second & 0x80) != 0;
  const bool compressed = (first & 0x40) != 0;
  const std::size_t extended = length_bytes(second);
  const bool continues = partial_ && partial_->open;
  const int code = first & 0x0f;
  final_ = (first & 0x80) != 0;
  kind_ = static_cast<opcode>(code);
  payload_size_ = extended == 0 ? second & 0x7f : big_endian(header_.data() + 2, extended);
  payload_done_ = 0;
  mask_ = {};
  if (masked)
    std::copy_n(header_.data() + 2 + extended, mask_.size(), mask_.begin());

  const bool known = code <= 2 || (code >= 8 && code <= 10);
  const bool may_compress = inflates && (kind_ == opcode::text || kind_ == opcode::binary);
  const struct {
    bool wrong;
    std::string_view reason;
  } rules[] = {
      {(first & 0x30) != 0, "reserved bits are set"},
      {compressed && !may_compress, "a frame is compressed without agreement"},
      {!known, "unknown opcode"},
      {masked != (reads_from_ == sender_side::client), masked ? "a server must not mask" : "a client must mask"},
      {is_control(kind_) && !final_, "a control frame is fragmented"},
      {is_control(kind_) && payload_size_ > longest_control, "a control frame is too long"},
      {extended == 2 && payload_size_ <= 125, "a length is not in its shortest form"},
      {extended == 8 && payload_size_ <= 0xffff, "a length is not in its shortest form"},
      {payload_size_ >> 63 != 0, "a length is negative"},
      {!is_control(kind_) && continues && kind_ != opcode::continuation, "a message begins within a message"},
      {kind_ == opcode::continuation && !continues, "a continuation of nothing"},
  };
  for (const auto& rule : rules)
    if (rule.wrong)
      return broken(rule.reason);

  if (!is_control(kind_)) {
    const std::size_t before = continues ? partial_->gathered.size() : 0;
    if (payload_size_ > limits.message_bytes || before > limits.message_bytes - payload_size_)
      return framing_error{close_code::too_big, "message too big"};
    if (continues && ++partial_->fragments > limits.fragments)
      return framing_error{close_code::too_big, "too many fragments"};
    if (!continues && (compressed || !final_)) {
      held().open = true;
      partial_->compressed = compressed;
      partial_->fragments = 1;
    }
  }
  in_frame_ = true;
  return std::nullopt;
}

bool framer::whole_message() const noexcept {
  return !partial_ || !partial_->open;
}

framer::partial& framer::held() {
  if (!partial_)
    partial_ = std::make_unique<partial>();
  return *partial_;
}

const char* framer::read_payload(const char* at, const char* end, const framer_limits& limits,
                                 message_inflater* inflater, framed& out) {
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(payload_size_ - payload_done_, static_cast<std::uint64_t>(end - at)));
  const bool ends = payload_done_ + size == payload_size_;
  in_frame_ = !ends;
  if (is_control(kind_))
    take_control(at, size, out);
  else if (whole_message())
    take_whole(at, size, out);
  else
    take_fragment(at, size);
  payload_done_ += size;
  if (ends && !finished_ && !is_control(kind_) && final_ && partial_ && partial_->open)
    end_data(inflater, limits, out);
  return at + size;
}

void framer::take_control(const char* at, std::size_t size, framed& out) {
  std::array<char, longest_control> plain;
  unmask(plain.data(), at, size, mask_, payload_done_);
  const std::string_view piece{plain.data(), size};
  if (size == payload_size_) // all of it at once, as nearly always
    return end_control(piece, out);
  held().control.append(piece);
  if (payload_done_ + size < payload_size_)
    return;
  const std::string payload = std::exchange(partial_->control, {});
  if (!partial_->open)
    partial_.reset();
  end_control(payload, out);
}

void framer::take_whole(const char* at, std::size_t size, framed& out) {
  const auto total = static_cast<std::size_t>(payload_size_);
  if (size == 0 && total != 0)
    return; // the header came alone: nothing is held yet, or a later message would be written into this one's memory
  if (size == total) {
    protocol::frame_draft draft(total);
    unmask(draft.data(), at, size, mask_, 0);
    return hand_on(std::move(draft), out);
  }
  auto& whole = held().whole;
  if (!whole)
    whole.emplace(total);
  unmask(whole->data() + payload_done_, at, size, mask_, static_cast<std::size_t>(payload_done_));
  if (payload_done_ + size < total)
    return;
  auto draft = std::move(*whole);
  partial_.reset();
  hand_on(std::move(draft), out);
}

void framer::take_fragment(const char* at, std::size_t size) {
  auto& gathered = partial_->gathered;
  const std::size_t before = gathered.size();
  gathered.resize(before + size);
  unmask(gathered.data() + before, at, size, mask_, static_cast<std::size_t>(payload_done_));
}

void framer::end_data(message_inflater* inflater, const framer_limits& limits, framed& out) {
  const auto message = std::move(partial_);
  std::string_view text = message->gathered;
  if (message->compressed) {
    const auto inflated = inflater->inflate(text, limits.message_bytes);
    if (inflated.state == inflate_state::too_big)
      return fail(out, {close_code::too_big, "message too big once inflated"});
    if (inflated.state == inflate_state::corrupt)
      return fail(out, {close_code::invalid_text, "compressed data is corrupt"});
    text = inflated.text;
  }
  protocol::frame_draft draft(text.size());
  if (!text.empty())
    std::memcpy(draft.data(), text.data(), text.size());
  hand_on(std::move(draft), out);
}

void framer::hand_on(protocol::frame_draft message, framed& out) {
  if (!is_utf8({message.data(), message.size()}))
    return fail(out, {close_code::invalid_text, "text is not UTF-8"});
  out.messages.push_back(std::move(message).seal());
}

void framer::end_control(std::string_view payload, framed& out) {
  if (kind_ != opcode::close) {
    out.controls.push_back({kind_, no_status, std::string(payload)});
    return;
  }
  control close{opcode::close, no_status, {}};
  if (payload.size() == 1)
    return fail(out, broken("half a close code"));
  if (payload.size() >= 2) {
    close.code =
        static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]));
    close.payload = payload.substr(2);
    if (!may_be_sent(close.code))
      return fail(out, broken("a close code that must not be sent"));
    if (!is_utf8(close.payload))
      return fail(out, {close_code::invalid_text, "a close reason is not UTF-8"});
  }
  out.controls.push_back(std::move(close));
  finished_ = true;
  partial_.reset();
}

void framer::fail(framed& out, framing_error error) {
  out.error = error;
  finished_ = true;
  in_frame_ = false;
  partial_.reset();
}

} // namespace mpac::net
