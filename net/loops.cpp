#include "net/loops.hpp"

#include "base/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace mpac::net {

namespace asio = boost::asio;

namespace {

// Bounds of one turn, so that neither handlers, sockets nor actors keep the others waiting for long.
constexpr int handlers_a_turn = 64;
constexpr int sockets_a_turn = 256;
constexpr int rounds_a_turn = 8;
// And so that a crowd at the door keeps nobody inside waiting: for what strangers have sent, with the work it brings
// for actors, and for what asio has, which under such a crowd is mostly handshakes and their ends. Whatever was begun
// is finished, so it is somewhat more. Where those inside are busy it is a share of their time, or newcomers never came
// in.
constexpr base::duration least_time_for_outsiders = std::chrono::microseconds{20};
constexpr int share_of_outsiders = 8; // one part in so many of what those inside took
// While sockets and actors keep the loop busy, asio (timers, accepts, posts: never urgent) is asked only so often: each
// time costs a system call. Going to sleep asks it anyway.
constexpr unsigned busy_turns_between_asio = 8;
// With so many sockets ready in one turn more are likely to be by now: worth a look before going to sleep.
constexpr int busy_sockets = 4;

// Those for whom there is a while in each turn once everybody inside has been served, by turns.
enum class outsider : std::uint8_t { stranger, asio, patient_work };
constexpr std::size_t outsiders = 3;

enum class mood : std::uint8_t {
  awake,  // in a turn, has not been called since it began
  called, // in a turn or about to sleep, and must take another
  asleep, // waits in the system; must be shaken
};

epoll_event interest_in(ready_handler& handler, bool readable, bool writable) {
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
  event.data.ptr = &handler;
  return event;
}

thread_local const void* thread_loop = nullptr;
thread_local std::size_t thread_index = loops::none;

} // namespace

struct loops::loop {
  explicit loop(std::size_t index) : index(index), known(context, make_set()), strangers(make_set()) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr; // no handler's
    if (::epoll_ctl(known.native_handle(), EPOLL_CTL_ADD, strangers, &event) != 0)
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }

  ~loop() { ::close(strangers); }
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  static int make_set() {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0)
      throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return set;
  }

  [[nodiscard]] int set_of(standing whose) noexcept {
    return whose == standing::known ? known.native_handle() : strangers;
  }
  static void tell(const epoll_event& event);
  struct heard {
    bool more = false;      // are likely to be ready by now
    bool strangers = false; // are ready
  };
  heard ask_sockets();
  // These: true when more is left.
  bool ask_strangers(turn_work* house, base::instant enough);
  bool ask_asio(base::instant enough);
  bool serve(outsider who, turn_work* house, base::instant enough);
  bool work(turn_work* house) const;
  void end_turn();
  bool sleep();
  void turn(turn_work* house);
  void run(turn_work* house, const mistake_report& report, const std::atomic<bool>& stopping);

  const std::size_t index;
  asio::io_context context{1};
  // Our sockets' sets: that of the known holds that of the strangers, and asio watches it while the loop sleeps.
  asio::posix::stream_descriptor known;
  const int strangers; // a descriptor of ours, closed at the end
  bool sets_watched = false;
  std::vector<std::weak_ptr<loop_guest>> guests;
  std::array<epoll_event, sockets_a_turn> events;
  unsigned without_asio = busy_turns_between_asio;
  std::size_t served_last = 0; // of the outsiders
  std::atomic<mood> state{mood::awake};
  std::thread thread;
};

struct loops::impl {
  turn_work* work;
  mistake_report report;
  std::vector<std::unique_ptr<loop>> all;
  std::atomic<bool> stopping{false};
  bool running = false;
};

void loops::loop::tell(const epoll_event& event) {
  const bool dead = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  static_cast<ready_handler*>(event.data.ptr)
      ->ready({.readable = (event.events & EPOLLIN) != 0, .writable = (event.events & EPOLLOUT) != 0, .dead = dead});
}

loops::loop::heard loops::loop::ask_sockets() {
  const int count = ::epoll_wait(known.native_handle(), events.data(), sockets_a_turn, 0);
  heard result{.more = count >= busy_sockets};
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr)
      result.strangers = true;
    else
      tell(event);
  }
  return result;
}

bool loops::loop::ask_strangers(turn_work* house, base::instant enough) {
  do {
    // One by one: who is collected and then has to wait would be put behind all others.
    epoll_event event{};
    if (::epoll_wait(strangers, &event, 1, 0) != 1)
      return false;
    tell(event);
    work(house);
  } while (base::now() < enough);
  return true;
}

bool loops::loop::ask_asio(base::instant enough) {
  int done = 0;
  do
    if (context.poll_one() == 0)
      return false;
  while (++done < handlers_a_turn && base::now() < enough);
  return true;
}

bool loops::loop::work(turn_work* house) const {
  bool more = house != nullptr;
  for (int round = 0; more && round < rounds_a_turn; ++round)
    more = house->turn(index);
  return more;
}

void loops::loop::end_turn() {
  bool left = false;
  for (std::size_t i = 0; i < guests.size(); ++i) { // a guest may bring another
    if (const auto guest = guests[i].lock())
      guest->turn_end();
    else
      left = true;
  }
  if (left)
    std::erase_if(guests, [](const auto& guest) { return guest.expired(); });
}

/// Sleeps unless somebody has called. True if sockets are why it woke, or it did not sleep.
bool loops::loop::sleep() {
  if (!sets_watched) {
    sets_watched = true;
    known.async_wait(asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code&) { sets_watched = false; });
  }
  // Whoever called since this turn began left `called`, and then there is no sleep; whoever calls from here on
  // finds `asleep` and shakes.
  auto expected = mood::awake;
  if (!state.compare_exchange_strong(expected, mood::asleep, std::memory_order_acq_rel))
    return true;
  context.run_one();
  return !sets_watched;
}

/// True when more of the same is left.
bool loops::loop::serve(outsider who, turn_work* house, base::instant enough) {
  switch (who) {
  case outsider::stranger:
    return ask_strangers(house, enough);
  case outsider::asio:
    if (ask_asio(enough))
      return true; // and the next turn asks again
    without_asio = 0;
    return false;
  case outsider::patient_work:
    return house->patient_turn(index);
  }
  return false;
}

void loops::loop::turn(turn_work* house) {
  const auto began = base::now();
  const auto sockets = ask_sockets();
  bool more = work(house) | sockets.more;
  end_turn();
  // Those inside have been served.
  const std::array<bool, outsiders> waits{sockets.strangers, ++without_asio >= busy_turns_between_asio,
                                          house != nullptr && house->has_patient_work(index)};
  for (std::size_t step = 1; step <= outsiders; ++step) {
    const auto next = (served_last + step) % outsiders;
    if (!waits[next])
      continue;
    served_last = next;
    const auto now = base::now();
    const auto enough = now + std::max(least_time_for_outsiders, (now - began) / share_of_outsiders);
    more |= serve(static_cast<outsider>(next), house, enough) || std::count(waits.begin(), waits.end(), true) > 1;
    more |= work(house);
    end_turn();
    break;
  }
  if (!more && !sleep())
    without_asio = busy_turns_between_asio; // one of asio's handlers has run: there may be more
}

void loops::loop::run(turn_work* house, const mistake_report& report, const std::atomic<bool>& stopping) {
  thread_loop = this;
  thread_index = index;
  const auto guard = asio::make_work_guard(context);
  for (;;) {
    // Reads what callers wrote before they called (acquire), and lets them call anew.
    state.exchange(mood::awake, std::memory_order_acq_rel);
    if (stopping.load(std::memory_order_acquire)) // after the line above, which may take stop()'s call away
      break;
    // Whoever serves a connection or a session guards it; this is for what they don't see. What a turn left undone is
    // still there in the next: sockets stay ready, guests are asked again.
    try {
      turn(house);
    } catch (const std::exception& why) {
      if (!report)
        throw;
      report(why.what());
    }
  }
  thread_loop = nullptr;
  thread_index = none;
}

loops::loops(std::size_t count, turn_work* work, mistake_report report) : impl_(std::make_unique<impl>()) {
  impl_->work = work;
  impl_->report = std::move(report);
  for (std::size_t i = 0; i < count; ++i)
    impl_->all.push_back(std::make_unique<loop>(i));
}

loops::~loops() {
  stop();
}

void loops::start() {
  if (std::exchange(impl_->running, true))
    return;
  impl_->stopping = false;
  for (auto& each : impl_->all)
    each->thread =
        std::thread([this, target = each.get()] { target->run(impl_->work, impl_->report, impl_->stopping); });
}

void loops::stop() {
  impl_->stopping.store(true, std::memory_order_release);
  if (std::exchange(impl_->running, false))
    for (std::size_t i = 0; i < impl_->all.size(); ++i) {
      wake(i);
      impl_->all[i]->thread.join();
    }
  for (auto& each : impl_->all)
    for (const auto& guest : std::exchange(each->guests, {}))
      if (const auto here = guest.lock())
        here->loop_ended();
}

std::size_t loops::count() const noexcept {
  return impl_->all.size();
}

asio::io_context& loops::context(std::size_t loop) noexcept {
  return impl_->all[loop]->context;
}

std::size_t loops::current() noexcept {
  return thread_index;
}

bool loops::here(std::size_t loop) const noexcept {
  return thread_loop == impl_->all[loop].get();
}

void loops::wake(std::size_t loop) noexcept {
  auto& target = *impl_->all[loop];
  if (target.state.exchange(mood::called, std::memory_order_acq_rel) == mood::asleep)
    asio::post(target.context, [] {});
}

void loops::post(std::size_t loop, std::function<void()> action) {
  asio::post(impl_->all[loop]->context, std::move(action));
  wake(loop);
}

void loops::join(std::size_t loop, std::weak_ptr<loop_guest> guest) {
  impl_->all[loop]->guests.push_back(std::move(guest));
}

bool loops::watch(std::size_t loop, int descriptor, ready_handler& handler, standing whose, bool readable,
                  bool writable) noexcept {
  auto event = interest_in(handler, readable, writable);
  return ::epoll_ctl(impl_->all[loop]->set_of(whose), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void loops::rewatch(std::size_t loop, int descriptor, ready_handler& handler, standing whose, bool readable,
                    bool writable) noexcept {
  auto event = interest_in(handler, readable, writable);
  ::epoll_ctl(impl_->all[loop]->set_of(whose), EPOLL_CTL_MOD, descriptor, &event);
}

void loops::unwatch(std::size_t loop, int descriptor, standing whose) noexcept {
  ::epoll_ctl(impl_->all[loop]->set_of(whose), EPOLL_CTL_DEL, descriptor, nullptr);
}

} // namespace mpac::net
