#include "client/mcp/line_stream.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

using mpac::client::mcp::line_stream;

namespace {

/// What a stream has read, for a test that waits for it.
struct reader {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  bool has_ended = false;

  line_stream::reading reading() {
    return {[this](std::string line) { note([&] { lines.push_back(std::move(line)); }); }, [] {},
            [this] { note([&] { has_ended = true; }); }};
  }
  template <class Change>
  void note(Change change) {
    const std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }
  void until_the_end() {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(30), [this] { return has_ended; }));
  }
};

struct pipe_ends {
  int ends[2] = {-1, -1};
  pipe_ends() { REQUIRE(::pipe(ends) == 0); }
  ~pipe_ends() {
    close_in();
    ::close(ends[0]);
  }
  void close_in() {
    if (ends[1] != -1)
      ::close(std::exchange(ends[1], -1));
  }
  void write(std::string_view text) { REQUIRE(::write(ends[1], text.data(), text.size()) == ssize_t(text.size())); }
};

} // namespace

TEST_CASE("lines are read as they come, the last one without its end too") {
  pipe_ends in, out;
  reader heard;
  {
    line_stream stream(in.ends[0], out.ends[1], heard.reading());
    in.write("one\n\ntw");
    in.write("o\nthree");
    in.close_in();
    heard.until_the_end();
  }
  CHECK(heard.lines == std::vector<std::string>{"one", "", "two", "three"});
}

TEST_CASE("what is written goes out whole before the stream is gone") {
  pipe_ends in, out;
  reader heard, other;
  const std::string longer(300'000, 'x'); // more than a pipe holds
  line_stream receiving(out.ends[0], in.ends[1], other.reading());
  {
    line_stream stream(in.ends[0], out.ends[1], heard.reading());
    stream.write(longer, false);
    stream.write("end", false);
  }
  out.close_in();
  other.until_the_end();
  CHECK(other.lines == std::vector<std::string>{longer, "end"});
}

TEST_CASE("a reader who does not read holds up nobody for long") {
  pipe_ends in, out;
  reader heard;
  const auto begun = std::chrono::steady_clock::now();
  {
    line_stream stream(in.ends[0], out.ends[1], heard.reading());
    stream.write(std::string(10'000'000, 'x'), false);
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("no more is read than is heard") {
  pipe_ends in, out;
  reader seen;
  line_stream stream(in.ends[0], out.ends[1], seen.reading());
  constexpr std::size_t more = line_stream::most_unheard + 1;
  std::string text;
  for (std::size_t i = 0; i < more; ++i)
    text += "x\n";
  in.write(text + "last\n");
  in.close_in();
  const auto has_come = [&](std::size_t lines) {
    std::unique_lock lock(seen.mutex);
    return seen.changed.wait_for(lock, std::chrono::seconds(30), [&] { return seen.lines.size() >= lines; });
  };
  REQUIRE(has_come(line_stream::most_unheard));
  CHECK(!seen.has_ended);
  stream.heard(1);
  REQUIRE(has_come(more));
  {
    const std::lock_guard lock(seen.mutex);
    CHECK(seen.lines.size() == more);
    CHECK(!seen.has_ended);
  }
  stream.heard(1);
  seen.until_the_end();
  CHECK(seen.lines.back() == "last");
}

TEST_CASE("nobody is listened to who doesn't read what was written") {
  pipe_ends in, out;
  reader seen;
  line_stream stream(in.ends[0], out.ends[1], seen.reading());
  stream.write(std::string(1 << 20, 'x'), false); // more than the pipe holds: it is being written all the time
  stream.write(std::string(line_stream::most_waiting + 1, 'x'), false);
  in.write("one\n");
  {
    const std::lock_guard lock(seen.mutex);
    CHECK(seen.lines.empty());
  }
  reader other;
  line_stream receiving(out.ends[0], in.ends[1], other.reading());
  std::unique_lock lock(seen.mutex);
  CHECK(seen.changed.wait_for(lock, std::chrono::seconds(30), [&] { return !seen.lines.empty(); }));
}
