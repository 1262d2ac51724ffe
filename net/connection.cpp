#include "net/connection.hpp"

#include "net/lane.hpp"

#include <algorithm>

#include <arpa/inet.h>

namespace mpac::net {

namespace {

// How often one read event may fill the loop's buffer before the others get their turn.
constexpr int fillings_a_read = 4;

// Set beside the count of ungranted messages when reading has stopped for their bytes: it goes on at zero.
constexpr std::uint32_t awaits_all = std::uint32_t{1} << 31;

protocol::frame_ptr raw_frame(opcode kind, std::string_view payload) {
  return protocol::frame::of(encode_frame(kind, payload));
}

} // namespace

std::string peer_address::text() const {
  char numbers[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), numbers, sizeof numbers);
  const std::string host = is_v6 ? '[' + std::string(numbers) + ']' : std::string(numbers);
  return host + ':' + std::to_string(port);
}

socket_connection::socket_connection(std::shared_ptr<lane> home, connection_place place, newcomer peer,
                                     base::instant now)
    : lane_(std::move(home)), stream_(std::move(peer.stream)), seat_(std::move(peer.place)), opened_(now), heard_(now),
      ping_due_(now + lane_->options().ping_interval), address_(peer.address),
      certificate_(std::move(peer.certificate)), place_(place),
      window_bits_(static_cast<std::int8_t>(peer.deflate ? peer.deflate->server_window_bits : 0)) {}

socket_connection::~socket_connection() = default;

// --- called by the house, from any thread ---

void socket_connection::deliver(protocol::frame_ptr frame) {
  deliver(std::span(&frame, 1), base::never);
}

void socket_connection::deliver(std::span<const protocol::frame_ptr> frames, base::instant since) {
  if (ended_.load(std::memory_order_relaxed) || frames.empty())
    return;
  if (lane_->here()) {
    // The same sender may have been on another thread a moment ago: what it left there goes first.
    lane_->run_errands();
    for (const auto& frame : frames)
      queue(frame, since);
    return;
  }
  if (frames.size() == 1) {
    errand only{place_, errand::what::deliver, close_code::normal, frames.front(), since};
    return lane_->leave(std::span(&only, 1));
  }
  std::vector<errand> errands;
  errands.reserve(frames.size());
  for (const auto& frame : frames)
    errands.push_back({place_, errand::what::deliver, close_code::normal, frame, since});
  lane_->leave(errands);
}

void socket_connection::close(close_code code, std::string reason) {
  if (ended_.load(std::memory_order_relaxed))
    return;
  if (lane_->here()) {
    lane_->run_errands();
    return begin_close(static_cast<std::uint16_t>(code), reason, lane_->options().close_timeout);
  }
  errand only{place_, errand::what::close, code, protocol::frame::of(reason), base::never};
  lane_->leave(std::span(&only, 1));
}

void socket_connection::grant(std::size_t messages) {
  auto before = ungranted_.load(std::memory_order_relaxed);
  std::uint32_t after;
  do {
    const auto left = before & ~awaits_all;
    after = left - static_cast<std::uint32_t>(std::min<std::size_t>(left, messages));
    if (after != 0)
      after |= before & awaits_all;
  } while (!ungranted_.compare_exchange_weak(before, after, std::memory_order_acq_rel));
  // (With `awaits_all` the number is far beyond the window.)
  if (before < inbound_window || after >= inbound_window || ended_.load(std::memory_order_relaxed))
    return;
  // This call freed the window, so it alone asks for reading to go on; whether it had stopped the loop knows.
  if (lane_->here())
    return resume();
  errand only{place_, errand::what::resume, close_code::normal, {}};
  lane_->leave(std::span(&only, 1));
}

// --- on the loop ---

bool socket_connection::start() {
  return lane_->threads().watch(lane_->loop(), stream_->descriptor(), *this, standing_);
}

void socket_connection::greet(std::unique_ptr<visitor> guest, std::string_view early_bytes) {
  visitor_ = std::move(guest);
  if (early_bytes.empty())
    return;
  framed got;
  framer_.feed(early_bytes, {.message_bytes = lane_->options().max_message_bytes},
               window_bits_ != 0 ? &lane_->inflater() : nullptr, got);
  const auto now = base::now();
  heard(now);
  digest(got, now);
}

void socket_connection::heard(base::instant now) {
  heard_ = now;
  pinged_ = false;
}

void socket_connection::ready(readiness what) {
  try {
    serve(what);
  } catch (const std::exception& why) {
    failed(why);
  }
}

void socket_connection::failed(const std::exception& why) {
  if (lane_->options().on_mistake)
    lane_->options().on_mistake(why.what());
  if (phase_ != phase::open) // not even a farewell succeeds
    return end(code_);
  begin_close(static_cast<std::uint16_t>(close_code::internal_error), "the hub made a mistake with this connection",
              lane_->options().close_timeout);
}

void socket_connection::serve(readiness what) {
  if (phase_ == phase::ended)
    return;
  if (what.writable)
    flush();
  if (phase_ == phase::ended)
    return;
  if (reading_ && (what.readable || what.dead))
    read();
  else if (what.dead) // nothing can be written any more, and nobody wants to read
    end(code_);
}

void socket_connection::read() {
  const auto buffer = lane_->read_buffer();
  const framer_limits limits{.message_bytes = lane_->options().max_message_bytes};
  framed got;
  io_outcome outcome;
  bool any = false;
  for (int i = 0; i < fillings_a_read; ++i) {
    outcome = stream_->read_some(buffer);
    lane_->counts().count(counted::reads);
    if (outcome.state != io_state::moved)
      break;
    any = true;
    lane_->counts().count(counted::bytes_in, outcome.bytes);
    if (!framer_.finished())
      framer_.feed(buffer.first(outcome.bytes), limits, window_bits_ != 0 ? &lane_->inflater() : nullptr, got);
    if (outcome.bytes < buffer.size() || outcome.is_last)
      break;
  }
  if (any) {
    const auto now = base::now();
    heard(now);
    digest(got, now);
  }
  if (phase_ == phase::ended)
    return;
  if (outcome.state == io_state::failed)
    end(code_);
  else if (outcome.state == io_state::ended || outcome.is_last)
    peer_stopped_sending();
  else if (stream_->holds_back())
    set_interest(reading_, true);
}

void socket_connection::digest(framed& got, base::instant now) {
  bool alive = false;
  if (phase_ == phase::open && !got.messages.empty()) {
    const auto count = static_cast<std::uint32_t>(got.messages.size());
    lane_->counts().count(counted::messages_in, count);
    if (ungranted_.fetch_add(count, std::memory_order_acq_rel) == 0)
      ungranted_bytes_ = 0;
    for (const auto& message : got.messages)
      ungranted_bytes_ += message->payload().size();
    if (visitor_)
      visitor_->arrived(std::move(got.messages), now);
  }
  for (const auto& each : got.controls) {
    if (each.kind == opcode::close) {
      peer_closed(each);
      break;
    }
    alive = true;
    if (each.kind == opcode::ping && phase_ == phase::open)
      queue_raw(raw_frame(opcode::pong, each.payload));
  }
  if (alive && visitor_ && phase_ == phase::open)
    visitor_->alive(now);
  if (got.error)
    broke_the_protocol(*got.error);
  // A closing connection reads on: it looks for the peer's close frame.
  if (phase_ == phase::open && window_is_full())
    set_interest(false, awaiting_write_);
}

bool socket_connection::window_is_full() {
  auto now = ungranted_.load(std::memory_order_acquire);
  if (now >= inbound_window)
    return true;
  if (ungranted_bytes_ < inbound_bytes)
    return false;
  // Nobody counts which messages the granted ones were, so the bytes come back together (see door.hpp).
  do
    if (now == 0)
      return false;
  while (!ungranted_.compare_exchange_weak(now, now | awaits_all, std::memory_order_acq_rel));
  return true;
}

void socket_connection::resume() {
  if (phase_ != phase::open || reading_ || window_is_full())
    return;
  heard(base::now()); // we were not listening: the watch for silence begins anew
  set_interest(true, awaiting_write_);
}

void socket_connection::peer_closed(const control& frame) {
  if (phase_ == phase::open) {
    code_ = frame.code;
    queue_close(frame.code, {}, lane_->options().close_timeout);
  }
  phase_ = phase::finishing;
  mark_dirty();
}

void socket_connection::broke_the_protocol(const framing_error& error) {
  if (phase_ == phase::open) {
    code_ = static_cast<std::uint16_t>(error.code);
    if (error.code == close_code::too_big)
      lane_->counts().count(counted::too_large);
    queue_close(code_, error.reason, lane_->options().close_timeout);
  }
  phase_ = phase::lingering;
  mark_dirty();
}

void socket_connection::peer_stopped_sending() {
  // Somebody who said goodbye and shut the door behind himself still gets what is on its way.
  if (phase_ != phase::finishing || (outbox_.empty() && !stream_->holds_back()))
    return end(code_);
  set_interest(false, awaiting_write_);
}

void socket_connection::begin_close(std::uint16_t code, std::string_view reason, base::duration patience) {
  if (phase_ != phase::open)
    return;
  code_ = code;
  phase_ = phase::closing;
  queue_close(code, reason, patience);
}

void socket_connection::queue_close(std::uint16_t code, std::string_view reason, base::duration patience) {
  outbox_.push(raw_frame(opcode::close, close_payload(code, reason)), written_as::raw);
  deadline_ = base::now() + patience;
  lane_->attend_at(place_, deadline_);
  set_interest(true, awaiting_write_);
  mark_dirty();
}

void socket_connection::queue(protocol::frame_ptr frame, base::instant since) {
  if (phase_ != phase::open)
    return;
  waiting_since_ = std::min(waiting_since_, since);
  lane_->counts().count(counted::frames_out);
  if (window_bits_ != 0)
    outbox_.push(lane_->deflated(frame, window_bits_), written_as::raw);
  else
    outbox_.push(std::move(frame), written_as::message);
  mark_dirty();
  check_outbox();
}

void socket_connection::queue_raw(protocol::frame_ptr frame) {
  outbox_.push(std::move(frame), written_as::raw);
  mark_dirty();
  check_outbox();
}

void socket_connection::check_outbox() {
  const std::size_t limit = lane_->options().outbox_bytes;
  if (outbox_.bytes() <= limit)
    return;
  // Much may have been queued within this turn without the system having been asked once.
  if (!awaiting_write_ && !broken_)
    broken_ = !write_waiting();
  if (outbox_.bytes() <= limit)
    return;
  outbox_.drop_untouched();
  lane_->counts().count(counted::slow_consumers);
  begin_close(static_cast<std::uint16_t>(close_code::try_again_later), "too slow for what there is to read",
              lane_->options().slow_close_timeout);
}

bool socket_connection::write_waiting() {
  while (!outbox_.empty() || stream_->holds_back()) {
    const auto pieces = lane_->write_pieces();
    const auto outcome = stream_->write_some(pieces.first(outbox_.gather(pieces)));
    lane_->counts().count(counted::writes);
    if (outcome.state == io_state::would_block)
      break;
    if (outcome.state != io_state::moved)
      return false;
    lane_->counts().count(counted::bytes_out, outcome.bytes);
    outbox_.taken(outcome.bytes);
  }
  return true;
}

void socket_connection::flush() {
  dirty_ = false;
  settle();
  if (phase_ == phase::ended)
    return;
  if (broken_ || !write_waiting())
    return end(code_);
  const bool is_written = outbox_.empty() && !stream_->holds_back();
  set_interest(reading_, !is_written);
  if (is_written)
    written_out();
}

void socket_connection::written_out() {
  if (waiting_since_ != base::never && lane_->options().on_written)
    lane_->options().on_written(base::now() - std::exchange(waiting_since_, base::never));
  if (phase_ == phase::finishing)
    return end(code_);
  if (phase_ == phase::lingering && !std::exchange(sending_finished_, true))
    stream_->finish_sending();
}

void socket_connection::mark_dirty() {
  if (!std::exchange(dirty_, true))
    lane_->flush_later(*this);
}

void socket_connection::set_interest(bool readable, bool writable) {
  if (reading_ == readable && awaiting_write_ == writable)
    return;
  reading_ = readable;
  awaiting_write_ = writable;
  lane_->threads().rewatch(lane_->loop(), stream_->descriptor(), *this, standing_, readable, writable);
}

void socket_connection::settle() {
  if (phase_ == phase::ended || standing_ == standing::known || !admitted_.load(std::memory_order_relaxed))
    return;
  lane_->threads().unwatch(lane_->loop(), stream_->descriptor(), standing_);
  standing_ = standing::known;
  if (!lane_->threads().watch(lane_->loop(), stream_->descriptor(), *this, standing_, reading_, awaiting_write_))
    end(code_); // as if the system had refused it when it came
}

base::instant socket_connection::attend(base::instant now) {
  const auto& options = lane_->options();
  if (phase_ != phase::open) {
    if (phase_ != phase::ended && now >= deadline_)
      end(code_);
    return deadline_;
  }
  base::instant next = base::never;
  if (options.hello_timeout > base::duration::zero() && !admitted_.load(std::memory_order_relaxed)) {
    next = opened_ + options.hello_timeout;
    if (now >= next) {
      lane_->counts().count(counted::never_admitted);
      begin_close(static_cast<std::uint16_t>(close_code::policy), "nobody said HELLO in time", options.close_timeout);
      return deadline_;
    }
  }
  if (options.ping_interval == base::duration::zero())
    return next;
  ping_due_ = std::min(ping_due_, now + options.ping_interval); // the interval may have been made shorter
  if (now >= ping_due_) {
    if (is_silent(now)) {
      lane_->counts().count(counted::silent_peers);
      end(code_);
    }
    if (phase_ != phase::open)
      return deadline_;
    queue_raw(lane_->ping());
    pinged_ = true;
    ping_due_ = now + options.ping_interval;
  }
  return std::min(next, ping_due_);
}

bool socket_connection::is_silent(base::instant now) {
  // Without credit we do not read, and cannot know. Without a ping the peer had no reason to speak: a loop that was
  // held up for long must not blame its peers.
  if (!reading_ || !pinged_ || now < heard_ + 2 * lane_->options().ping_interval)
    return false;
  read(); // the answer may have come by now
  return phase_ == phase::open && pinged_;
}

void socket_connection::forgive(base::instant now) {
  heard_ = now;
}

void socket_connection::end(std::uint16_t code) {
  if (phase_ == phase::ended)
    return;
  phase_ = phase::ended;
  ended_.store(true, std::memory_order_relaxed);
  lane_->threads().unwatch(lane_->loop(), stream_->descriptor(), standing_);
  stream_.reset();
  outbox_ = {};
  framer_ = framer{};
  lane_->bury(place_);
  if (const auto guest = std::move(visitor_))
    guest->gone(code);
  seat_.reset();
}

void socket_connection::abandon() noexcept {
  phase_ = phase::ended;
  ended_.store(true, std::memory_order_relaxed);
  stream_.reset();
  outbox_ = {};
  visitor_.reset();
  seat_.reset();
}

} // namespace mpac::net
