#include "bench/swarm/crew.hpp"

#include "bench/swarm/replaced.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace mpac::bench::swarm {
namespace {

constexpr std::uint64_t handshakes_at_once = 256; // of the whole swarm
constexpr std::int64_t longest_wait = 10'000'000; // nanoseconds; how late a crew may notice a new phase

std::int64_t steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

// The id that the hub will read out of the path: what follows /session/, up to the next slash or question mark.
std::string session_id_of(std::string_view path) {
  constexpr std::string_view prefix = "/session/";
  if (path.substr(0, prefix.size()) == prefix)
    path.remove_prefix(prefix.size());
  return std::string(path.substr(0, path.find_first_of("/?")));
}

} // namespace

crew::crew(const options& asked, const target& to, const identities& armed, control& shared, std::uint32_t tag,
           std::uint32_t index)
    : asked_(asked), to_(to), armed_(armed), shared_(shared), tag_(tag), epoll_(epoll_create1(EPOLL_CLOEXEC)),
      generator_(asked.seed + index) {
  if (epoll_ < 0)
    throw std::system_error(errno, std::system_category(), "epoll");
  for (std::uint32_t number = index; number < asked.sessions; number += asked.threads) {
    auto s = std::make_unique<session>();
    s->number = number;
    s->path = replaced(replaced(asked.path, "{n}", std::to_string(number)), "{run}", fmt::format("{:08x}", tag));
    s->id = session_id_of(s->path);
    for (std::uint32_t p = 0; p < asked.participants; ++p)
      to_open_.push_back(s->members.emplace_back(std::make_unique<agent>(*this, *s, p, epoll_)).get());
    sessions_.push_back(std::move(s));
  }
  std::reverse(to_open_.begin(), to_open_.end());
  if (asked.rate > 0)
    interval_ = 1e9 * asked.sessions * asked.participants / asked.rate;
}

crew::~crew() {
  ::close(epoll_);
}

void crew::run() {
  began_ = now_ = steady_now();
  while (phase_ != phase::leaving) {
    open_more();
    turn();
    if (const phase p = shared_.now(); p != phase_)
      follow(p);
    tell();
  }
  judge();
  for_each_agent([](agent& a) { a.leave(); });
}

void crew::open_more() {
  const auto settled = joined_ + lost_;
  const double rate = asked_.ramp / asked_.threads;
  const auto due = asked_.ramp > 0 ? static_cast<std::uint64_t>(1 + rate * static_cast<double>(now_ - began_) / 1e9)
                                   : ~std::uint64_t{0};
  const auto at_once = std::max<std::uint64_t>(1, handshakes_at_once / asked_.threads);
  while (!to_open_.empty() && opened_ < due && opened_ - std::min(opened_, settled) < at_once) {
    agent* const next = to_open_.back();
    to_open_.pop_back();
    ++opened_;
    next->join(to_);
  }
}

void crew::turn() {
  std::array<epoll_event, 1024> events;
  const auto wait = wait_time();
  const timespec timeout{wait / 1'000'000'000, wait % 1'000'000'000};
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  now_ = steady_now();
  for (int i = 0; i < count; ++i) {
    if (i % 16 == 15)
      now_ = steady_now();
    static_cast<agent*>(static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr))
        ->ready(events[static_cast<std::size_t>(i)].events);
  }
  while (!timers_.empty() && timers_.top().when <= now_) {
    const timer t = timers_.top();
    timers_.pop();
    t.who->due(t.slot, t.when);
  }
  for (std::size_t i = 0; i < to_flush_.size(); ++i) // a flush may fail, and never asks for another
    to_flush_[i]->flush();
  to_flush_.clear();
}

std::int64_t crew::wait_time() const {
  std::int64_t wait = longest_wait;
  if (!to_open_.empty())
    wait = 1'000'000;
  if (!timers_.empty())
    wait = std::clamp<std::int64_t>(timers_.top().when - steady_now(), 0, wait);
  return to_flush_.empty() ? wait : 0;
}

void crew::follow(phase p) {
  const bool was_loading = loading();
  phase_ = p;
  measuring_ = p == phase::measuring;
  if (p == phase::filling)
    begin_filling();
  if (loading() && !was_loading)
    begin_load();
  if (measuring_) {
    counted_.measured.clear();
    measuring_since_ = now_;
  }
}

void crew::begin_filling() {
  const std::uint32_t members = asked_.participants;
  const auto share = [members](std::uint64_t all, std::uint32_t of) {
    return all / members + (of < all % members ? 1 : 0);
  };
  for (auto& s : sessions_)
    for (std::uint32_t p = 0; p < members; ++p) // what one's neighbour holds is disputed by two
      s->members[p]->fill(share(asked_.intents, p) + share(asked_.conflicts, p),
                          share(asked_.conflicts, (p + 1) % members));
}

void crew::begin_load() {
  if (asked_.what == scenario::announce_commit_withdraw || asked_.what == scenario::announce_withdraw)
    for_each_agent([](agent& a) { a.work(); });
}

void crew::tell() {
  constexpr auto relaxed = std::memory_order_relaxed;
  const bool quiet = busy_ == 0 && awaited_ == 0;
  const bool settled = quiet && phase_ == phase::draining && everybody_saw_everything();
  const bool news = told_.joined.load(relaxed) != joined_ || told_.lost.load(relaxed) != lost_ ||
                    told_.quiet.load(relaxed) != quiet || told_.settled.load(relaxed) != settled ||
                    told_.phase_seen.load(relaxed) != phase_;
  told_.joined.store(joined_, relaxed);
  told_.lost.store(lost_, relaxed);
  told_.requests.store(counted_.echoed + counted_.refused, relaxed);
  told_.deliveries.store(deliveries_, relaxed);
  told_.refused.store(counted_.refused, relaxed);
  told_.quiet.store(quiet, relaxed);
  told_.settled.store(settled, relaxed);
  told_.phase_seen.store(phase_, std::memory_order_release);
  if (news)
    shared_.wake();
}

bool crew::everybody_saw_everything() const {
  return std::all_of(sessions_.begin(), sessions_.end(), [](const auto& s) {
    return std::all_of(s->members.begin(), s->members.end(),
                       [&](const auto& a) { return !a->is_open() || a->seen().length() == s->common.length(); });
  });
}

// What can only be said at the end; divergence and repetition were noticed as they came.
void crew::judge() {
  for_each_agent([&](agent& a) {
    if (a.unanswered() != 0)
      counted_.fail(fmt::format("{}: {} requests neither echoed nor refused", a.label(), a.unanswered()));
  });
  for (const auto& s : sessions_)
    for (const auto& a : s->members)
      if (a->is_open() && a->seen().length() != s->common.length())
        counted_.fail(
            fmt::format("{}: saw {} of its session's {} messages", a->label(), a->seen().length(), s->common.length()));
}

std::string_view crew::timestamp() {
  using namespace std::chrono;
  const auto millisecond = floor<milliseconds>(system_clock::now());
  if (const std::int64_t count = millisecond.time_since_epoch().count(); timestamp_of_ != count) {
    timestamp_of_ = count;
    timestamp_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(floor<seconds>(millisecond)), count % 1000);
  }
  return timestamp_;
}

void crew::count_joined() {
  ++joined_;
}

void crew::count_lost(std::uint16_t code, std::string what) {
  ++lost_;
  ++counted_.closes[code];
  counted_.fail(std::move(what));
}

void crew::count_sent() {
  ++counted_.sent;
  ++awaited_;
}

void crew::count_answer(std::int64_t sent, bool accepted) {
  --awaited_;
  ++(accepted ? counted_.echoed : counted_.refused);
  if (!measuring_)
    return;
  ++counted_.measured.requests;
  if (!accepted)
    return;
  const auto latency = static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_ - sent));
  counted_.measured.latency.record(latency);
  if (asked_.rate > 0 && sent >= measuring_since_)
    counted_.measured.record(static_cast<std::size_t>((sent - measuring_since_) / 1'000'000'000), latency);
}

void crew::count_bytes(std::size_t size) {
  if (measuring_)
    counted_.measured.bytes_received += size;
}

void crew::count_delivery() {
  ++deliveries_;
  if (measuring_)
    ++counted_.measured.deliveries;
}

void crew::count_notice() {
  if (measuring_)
    ++counted_.measured.notices;
}

} // namespace mpac::bench::swarm
