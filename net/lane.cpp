#include "net/lane.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <climits>
#include <utility>

namespace mpac::net {

namespace {

// One buffer a lane: what a read takes at most. Untouched pages cost nothing.
constexpr std::size_t read_bytes = 256 * 1024;
// As many pieces as the system takes in one call (IOV_MAX on Linux).
constexpr std::size_t pieces_a_write = 1024;
// Deflated frames remembered within a turn, for the other receivers of the same broadcast.
constexpr std::size_t packed_kept = 256;
// Shorter messages do not get shorter by deflating.
constexpr std::size_t worth_deflating = 64;

// Whose time has come is looked after by so many before the loop sees to the rest: thousands who came together are
// pinged, or shown out, together.
constexpr std::size_t attended_a_time = 32;

constexpr base::duration coarsest = std::chrono::seconds{1};
constexpr base::duration finest = std::chrono::milliseconds{5};

} // namespace

struct lane::timer {
  boost::asio::steady_timer clock;
  base::instant rings = base::never;
};

lane::lane(loops& threads, std::size_t loop, doorkeeper& house, listen_options options)
    : threads_(threads), loop_(loop), house_(house), options_(std::move(options)),
      ping_(protocol::frame::of(encode_frame(opcode::ping, {}))), read_buffer_(read_bytes), pieces_(pieces_a_write),
      timer_(std::make_unique<timer>(timer{boost::asio::steady_timer(threads.context(loop))})) {}

lane::~lane() = default;

std::span<char> lane::read_buffer() noexcept {
  return read_buffer_;
}

// --- who is here ---

connection_place lane::free_slot() {
  if (free_.empty()) {
    slots_.emplace_back();
    return {static_cast<std::uint32_t>(slots_.size() - 1), 0};
  }
  const auto slot = free_.back();
  free_.pop_back();
  return {slot, slots_[slot].generation};
}

socket_connection* lane::find(connection_place place) noexcept {
  if (place.slot >= slots_.size() || slots_[place.slot].generation != place.generation)
    return nullptr;
  return slots_[place.slot].who.get();
}

void lane::admit(newcomer peer) {
  const auto now = base::now();
  const auto place = free_slot();
  const std::string target = std::move(peer.target);
  const std::string early_bytes = std::move(peer.early_bytes);
  const auto who = std::make_shared<socket_connection>(shared_from_this(), place, std::move(peer), now);
  slots_[place.slot].who = who;
  traffic_.count(counted::opened);
  if (!who->start()) { // the system watches no more sockets: as if we were full
    who->abandon();
    return bury(place);
  }
  attend_at(place, now);
  if (closing_) {
    who->begin_close(static_cast<std::uint16_t>(closing_->first), closing_->second, options_.close_timeout);
    return;
  }
  try {
    rejection why;
    auto guest = house_.enter(target, who, why);
    if (!guest)
      who->begin_close(static_cast<std::uint16_t>(why.code), why.reason, options_.close_timeout);
    who->greet(std::move(guest), early_bytes);
  } catch (const std::exception& why) {
    who->failed(why);
  }
}

void lane::bury(connection_place place) {
  auto& grave = slots_[place.slot];
  graveyard_.push_back(std::move(grave.who));
  grave.who = nullptr;
  grave.due = base::never;
  ++grave.generation;
  free_.push_back(place.slot);
  traffic_.count(counted::ended);
  if (graveyard_.size() == 1)
    threads_.wake(loop_); // so that the turn that buries comes even if nothing else happens
}

void lane::change(const listen_options& options) {
  options_ = options;
  const auto now = base::now();
  for (std::uint32_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].who) {
      slots_[i].who->forgive(now);
      attend_at({i, slots_[i].generation}, now);
    }
}

void lane::close_all(close_code code, const std::string& reason) {
  closing_.emplace(code, reason);
  for (const auto& each : slots_)
    if (each.who)
      each.who->begin_close(static_cast<std::uint16_t>(code), reason, options_.close_timeout);
}

void lane::drop_all() {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (const auto who = slots_[i].who)
      who->end(abnormal_closure);
}

void lane::loop_ended() {
  for (auto& each : slots_)
    if (each.who)
      each.who->abandon();
  slots_.clear();
  free_.clear();
  dirty_.clear();
  graveyard_.clear();
  timer_.reset();
  const std::lock_guard lock(errands_guard_);
  errands_.clear();
}

// --- from other threads ---

void lane::leave(std::span<errand> errands) {
  bool first;
  {
    const std::lock_guard lock(errands_guard_);
    first = errands_.empty();
    for (auto& each : errands)
      errands_.push_back(std::move(each));
    errands_left_.store(true, std::memory_order_release);
  }
  if (first) // whoever found it empty wakes for all
    threads_.wake(loop_);
}

void lane::run_errands() {
  if (!errands_left_.load(std::memory_order_acquire))
    return;
  {
    const std::lock_guard lock(errands_guard_);
    running_errands_.swap(errands_);
    errands_left_.store(false, std::memory_order_relaxed);
  }
  for (auto& each : running_errands_) {
    auto* who = find(each.place);
    if (!who)
      continue;
    switch (each.wanted) {
    case errand::what::deliver:
      who->queue(std::move(each.frame), each.since);
      break;
    case errand::what::close:
      who->begin_close(static_cast<std::uint16_t>(each.code), each.frame->payload(), options_.close_timeout);
      break;
    case errand::what::resume:
      who->resume();
      break;
    }
  }
  running_errands_.clear();
}

// --- once a turn ---

void lane::turn_end() {
  run_errands();
  for (std::size_t i = 0; i < dirty_.size(); ++i) // an ending one may make its visitor talk to others
    try {
      dirty_[i]->flush();
    } catch (const std::exception& why) {
      dirty_[i]->failed(why);
    }
  dirty_.clear();
  packed_.clear();
  const auto buried = std::exchange(graveyard_, {});
}

// --- what is due ---

base::duration lane::coarseness() const {
  base::duration shortest = coarsest * 8;
  for (const auto each :
       {options_.hello_timeout, options_.ping_interval, options_.close_timeout, options_.slow_close_timeout})
    if (each > base::duration::zero())
      shortest = std::min(shortest, each);
  return std::clamp(shortest / 8, finest, coarsest);
}

void lane::attend_at(connection_place place, base::instant due) {
  auto& slot = slots_[place.slot];
  slot.due = std::min(slot.due, due);
  if (due < next_due_) {
    next_due_ = due;
    arm();
  }
}

void lane::arm() {
  // One timer for all, and coarse: who is due soon after waits for the next round.
  const auto now = base::now();
  const auto rings = std::max(next_due_, now + coarseness());
  if (timer_->rings <= rings && timer_->rings > now)
    return;
  timer_->rings = rings;
  timer_->clock.expires_after(rings - now);
  timer_->clock.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    if (const auto here = self.lock(); here && !error)
      here->watch();
  });
}

void lane::watch() {
  const auto now = base::now();
  if (attended_ == 0) {
    timer_->rings = base::never;
    next_due_ = base::never;
  }
  std::size_t served = 0;
  for (; attended_ < slots_.size(); ++attended_) {
    auto& slot = slots_[attended_];
    if (slot.due <= now && slot.who) {
      if (served++ == attended_a_time)
        return threads_.post(loop_, [self = weak_from_this()] {
          if (const auto here = self.lock())
            here->watch();
        });
      attend(attended_, now);
    }
    next_due_ = std::min(next_due_, slots_[attended_].due);
  }
  attended_ = 0;
  if (next_due_ < base::never)
    arm();
}

void lane::attend(std::size_t slot, base::instant now) {
  slots_[slot].due = base::never;
  const auto who = slots_[slot].who;
  auto due = base::never;
  try {
    due = who->attend(now);
  } catch (const std::exception& why) {
    who->failed(why);
  }
  if (slots_[slot].who)
    slots_[slot].due = std::min(slots_[slot].due, due);
}

// --- compression ---

message_inflater& lane::inflater() {
  if (!inflater_)
    inflater_ = std::make_unique<message_inflater>();
  return *inflater_;
}

protocol::frame_ptr lane::deflated(const protocol::frame_ptr& frame, int window_bits) {
  const auto text = frame->payload();
  if (text.size() < worth_deflating)
    return protocol::frame::of(frame->wire());
  for (auto each = packed_.rbegin(); each != packed_.rend(); ++each)
    if (each->plain.get() == frame.get() && each->window_bits == window_bits)
      return each->deflated;
  if (!deflater_)
    deflater_ = std::make_unique<message_deflater>();
  auto deflated = deflater_->deflate(text, window_bits);
  if (packed_.size() == packed_kept)
    packed_.clear();
  packed_.push_back({frame, deflated, window_bits});
  return deflated;
}

} // namespace mpac::net
