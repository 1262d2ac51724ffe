#include "bench/hostile/crowd.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <queue>
#include <system_error>
#include <utility>

namespace mpac::bench::hostile {
namespace {

constexpr std::size_t first_at_once = 200; // connections begun in one turn: the backlog is not what is tested
constexpr int longest_wait = 5;            // milliseconds

std::int64_t steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

} // namespace

crowd::crowd(const plan& how, std::uint32_t count) : how_(how), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0)
    throw std::system_error(errno, std::system_category(), "epoll");
  for (std::uint32_t number = 0; number < count; ++number)
    all_.push_back(std::make_unique<intruder>(how_, done_, number, epoll_));
}

crowd::~crowd() {
  all_.clear();
  ::close(epoll_);
}

void crowd::run(const volatile bool& stop) {
  using entry = std::pair<std::int64_t, intruder*>;
  std::priority_queue<entry, std::vector<entry>, std::greater<>> times;
  std::size_t come = 0;
  std::array<epoll_event, 512> events;
  const auto note = [&](intruder& who, std::int64_t before) { // each has at most one time noted
    if (who.wants() != 0 && who.wants() != before)
      times.emplace(who.wants(), &who);
  };
  while (!stop) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), come < all_.size() ? 1 : longest_wait);
    const auto now = steady_now();
    for (int i = 0; i < count; ++i) {
      auto& who = *static_cast<intruder*>(events[static_cast<std::size_t>(i)].data.ptr);
      const auto before = who.wants();
      who.ready(events[static_cast<std::size_t>(i)].events, now);
      note(who, before);
    }
    while (!times.empty() && times.top().first <= now) {
      const auto [when, who] = times.top();
      times.pop();
      if (who->wants() != when)
        continue; // it has asked for another time since
      who->due(now);
      note(*who, 0);
    }
    for (std::size_t i = 0; i < first_at_once && come < all_.size(); ++i) {
      auto& who = *all_[come++];
      who.due(now);
      note(who, 0);
      if (come == all_.size()) {
        std::printf("{\"ready\":%zu}\n", come);
        std::fflush(stdout);
      }
    }
  }
}

} // namespace mpac::bench::hostile
