#include "net/loops.hpp"
#include "tests/net/street.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

using namespace mpac::net;
using namespace mpac::net::street;

namespace {

/// Work handed over without locks, so that only wake() stands between it and being forgotten.
class counting_work final : public turn_work {
public:
  bool turn(std::size_t loop) override {
    ++turns[loop];
    const int mine = handed[loop].exchange(0, std::memory_order_relaxed);
    if (mine > 0)
      news.change([&] { done += mine; });
    const int left = again[loop].fetch_sub(1);
    if (left == 1)
      news.change([] {}); // whoever waits for the last turn looks again
    return left > 0;
  }

  std::atomic<int> handed[2] = {0, 0};
  std::atomic<int> again[2] = {0, 0};
  std::atomic<int> turns[2] = {0, 0};
  board news;
  int done = 0;
};

} // namespace

TEST_CASE("each loop has a thread that knows itself", "[net]") {
  board news;
  int at_home = 0;
  loops threads(2, nullptr);
  threads.start();
  for (std::size_t i = 0; i < 2; ++i)
    threads.post(i, [&, i] { news.change([&] { at_home += loops::current() == i && threads.here(i) ? 1 : 100; }); });
  CHECK(news.wait([&] { return at_home == 2; }));
  CHECK(loops::current() == loops::none);
  CHECK_FALSE(threads.here(0));
  threads.stop();
}

TEST_CASE("no wake is lost, whether the loop sleeps or is about to", "[net]") {
  counting_work work;
  loops threads(2, &work);
  threads.start();
  constexpr int rounds = 20000;
  for (int i = 0; i < rounds; ++i) {
    const auto loop = static_cast<std::size_t>(i % 2);
    work.handed[loop].fetch_add(1, std::memory_order_relaxed);
    threads.wake(loop);
    if (i % 64 == 0) // now and then after it has surely fallen asleep on what it was given
      REQUIRE(work.news.wait([&] { return work.done == i + 1; }));
  }
  CHECK(work.news.wait([&] { return work.done == rounds; }));
}

TEST_CASE("work that has more to do is asked again without being woken", "[net]") {
  counting_work work;
  loops threads(1, &work);
  work.again[0] = 1000;
  threads.start();
  threads.wake(0);
  std::atomic<bool> ran{false};
  threads.post(0, [&] { work.news.change([&] { ran = true; }); }); // nor does it keep handlers from running
  CHECK(work.news.wait([&] { return ran && work.again[0] <= 0; }));
  CHECK(work.turns[0] >= 1000);
}

TEST_CASE("an action posted from anywhere runs on the loop", "[net]") {
  loops threads(2, nullptr);
  threads.start();
  board news;
  std::size_t where = loops::none;
  threads.post(1, [&] {
    const auto here = threads.here(1) ? loops::current() : loops::none;
    news.change([&] { where = here; });
  });
  CHECK(news.wait([&] { return where == 1; }));
}

namespace {

/// Sockets of which some are always ready; notes who was told, in order, until it has enough.
class always_ready {
public:
  always_ready(loops& threads, std::size_t strangers, std::size_t told_at_most)
      : threads_(threads), told_at_most_(told_at_most) {
    sockets_.emplace_back(*this, 0, standing::known);
    for (std::size_t i = 1; i <= strangers; ++i)
      sockets_.emplace_back(*this, i, standing::stranger);
    for (auto& each : sockets_)
      watched_ &= threads_.watch(0, each.descriptor, each, each.whose);
  }

  /// On the loop's thread.
  [[nodiscard]] std::size_t told_so_far() const { return told_.size(); }

  /// The numbers of the sockets, as they were told; the known one is 0.
  [[nodiscard]] std::vector<std::size_t> told() {
    REQUIRE(watched_);
    REQUIRE(news_.wait([&] { return told_.size() == told_at_most_; }));
    return told_;
  }

private:
  struct socket final : ready_handler {
    socket(always_ready& home, std::size_t number, standing whose) : home(home), number(number), whose(whose) {}
    ~socket() { ::close(descriptor); }
    void ready(readiness what) override {
      if (what.readable)
        home.note(number);
    }
    always_ready& home;
    const std::size_t number;
    const standing whose;
    const int descriptor = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  };

  void note(std::size_t number) {
    if (told_.size() == told_at_most_)
      return;
    news_.change([&] { told_.push_back(number); });
    if (told_.size() == told_at_most_)
      for (auto& each : sockets_)
        threads_.unwatch(0, each.descriptor, each.whose);
  }

  loops& threads_;
  const std::size_t told_at_most_;
  bool watched_ = true;
  std::deque<socket> sockets_;
  board news_;
  std::vector<std::size_t> told_; // changed with news_
};

} // namespace

TEST_CASE("a crowd at the door keeps nobody inside waiting, and is served in its turn", "[net]") {
  loops threads(1, nullptr);
  constexpr std::size_t crowd = 2000; // more than the time for strangers is enough for
  always_ready sockets(threads, crowd, 10 * crowd);
  threads.start();
  const auto told = sockets.told();
  threads.stop();

  std::size_t strangers_since = 0;
  std::vector<std::size_t> times(crowd + 1);
  for (const auto number : told) {
    strangers_since = number == 0 ? 0 : strangers_since + 1;
    REQUIRE(strangers_since < crowd);
    ++times[number];
  }
  const auto [least, most] = std::minmax_element(times.begin() + 1, times.end());
  CHECK(*least > 0);
  CHECK(*most <= *least + 1); // one after the other
}

namespace {

/// Work that can wait.
class patient_work final : public turn_work {
public:
  bool turn(std::size_t) override { return false; }
  [[nodiscard]] bool has_patient_work(std::size_t) const override { return left > 0; }
  bool patient_turn(std::size_t) override {
    if (--left == 0)
      news.change([&] {
        is_done = true;
        if (when_done)
          when_done();
      });
    return left > 0;
  }

  std::atomic<int> left{0};
  std::function<void()> when_done;
  board news;
  bool is_done = false;
};

} // namespace

TEST_CASE("work that can wait comes to its turn beside busy sockets and a crowd at the door", "[net]") {
  constexpr std::size_t told_at_most = 200'000;
  patient_work work;
  work.left = 200;
  loops threads(1, &work);
  always_ready sockets(threads, 500, told_at_most);
  std::size_t told_before = told_at_most;
  work.when_done = [&] { told_before = sockets.told_so_far(); };
  threads.start();
  CHECK(work.news.wait([&] { return work.is_done; }));
  CHECK(told_before < told_at_most);
  CHECK(sockets.told().size() == told_at_most);
  threads.stop();
}

TEST_CASE("a post is heard beside a crowd at the door and work without end that can wait", "[net]") {
  constexpr std::size_t told_at_most = 200'000;
  patient_work work;
  work.left = std::numeric_limits<int>::max();
  loops threads(1, &work);
  always_ready sockets(threads, 500, told_at_most);
  board news;
  std::size_t told_before = told_at_most;
  bool is_heard = false;
  threads.post(0, [&] {
    news.change([&] {
      told_before = sockets.told_so_far();
      is_heard = true;
    });
  });
  threads.start();
  CHECK(news.wait([&] { return is_heard; }));
  CHECK(told_before < told_at_most);
  threads.stop();
}

TEST_CASE("a loop does not fall asleep on work that can wait", "[net]") {
  patient_work work;
  loops threads(1, &work);
  threads.start();
  for (int i = 0; i < 200; ++i) {
    work.news.change([&] { work.is_done = false; });
    work.left = 3;
    threads.wake(0);
    REQUIRE(work.news.wait([&] { return work.is_done; }));
  }
}

TEST_CASE("a stranger wakes a loop that sleeps", "[net]") {
  loops threads(1, nullptr);
  board news;
  struct waiting final : ready_handler {
    void ready(readiness) override {
      std::uint64_t count = 0;
      const bool is_read = ::read(descriptor, &count, sizeof count) == sizeof count;
      news->change([&] { heard += is_read ? count : 0; });
    }
    board* news = nullptr;
    int descriptor = -1;
    std::uint64_t heard = 0;
  } stranger;
  stranger.news = &news;
  stranger.descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  REQUIRE(threads.watch(0, stranger.descriptor, stranger, standing::stranger));
  threads.start();
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const std::uint64_t one = 1;
    REQUIRE(::write(stranger.descriptor, &one, sizeof one) == sizeof one);
    REQUIRE(news.wait([&] { return stranger.heard == i; })); // now and then it is asleep by the next
  }
  threads.stop();
  ::close(stranger.descriptor);
}
