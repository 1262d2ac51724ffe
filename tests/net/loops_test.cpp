#include "net/loops.hpp"
#include "tests/net/street.hpp"

#include <atomic>

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
