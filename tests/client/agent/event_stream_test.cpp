#include "client/agent/event_stream.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace mpac::client::agent;

namespace {

std::vector<server_event> read_in_pieces(const std::string& text, std::size_t size) {
  event_stream stream;
  std::vector<server_event> events;
  for (std::size_t at = 0; at < text.size(); at += size) {
    stream.feed(std::string_view(text).substr(at, size));
    while (auto one = stream.next())
      events.push_back(std::move(*one));
  }
  return events;
}

} // namespace

TEST_CASE("events are the same whatever pieces they come in, and whatever ends their lines") {
  for (const std::string end : {"\n", "\r\n", "\r"})
    for (std::size_t size = 1; size < 40; ++size) {
      const auto text = "\xEF\xBB\xBF: a remark" + end + "event: first" + end + "data: {\"a\":1}" + end + "id: 7" +
                        end + end + "data:two" + end + "data:  lines" + end + end + "event: empty" + end + end +
                        "data: last" + end + end + "x" + end;
      const auto events = read_in_pieces(text, size);
      REQUIRE(events.size() == 3);
      CHECK(events[0].name == "first");
      CHECK(events[0].data == "{\"a\":1}");
      CHECK(events[1].name.empty());
      CHECK(events[1].data == "two\n lines");
      CHECK(events[2].name.empty()); // an event without data is none, and leaves no name behind
      CHECK(events[2].data == "last");
    }
}

TEST_CASE("an event that its blank line does not end is none") {
  event_stream stream;
  stream.feed("data: half\n");
  CHECK_FALSE(stream.next());
  CHECK(stream.is_inside());
  stream.feed("\n");
  const auto event = stream.next();
  REQUIRE(event);
  CHECK(event->data == "half");
  CHECK_FALSE(stream.is_inside());
}

TEST_CASE("a stream whose event has no end is broken before it fills the memory") {
  event_stream in_one_line(1000), in_many(1000);
  in_one_line.feed("data: " + std::string(2000, 'x'));
  CHECK_FALSE(in_one_line.next());
  CHECK(in_one_line.is_broken());
  for (int i = 0; i < 100; ++i) {
    in_many.feed("data: " + std::string(50, 'x') + "\n");
    CHECK_FALSE(in_many.next());
  }
  CHECK(in_many.is_broken());
}
