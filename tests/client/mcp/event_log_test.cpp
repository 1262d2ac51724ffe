#include "client/mcp/event_log.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::client::mcp;

namespace {

void add(event_log& to, const std::string& kind) {
  to.add({kind, kind + " happened", {}});
}

} // namespace

TEST_CASE("whoever asks goes on from where it was") {
  event_log log("m");
  const auto start = log.end();
  add(log, "A");
  add(log, "B");
  const auto first = log.after(start, 1, {});
  REQUIRE(first.events.size() == 1);
  CHECK(first.events[0]->kind == "A");
  const auto rest = log.after(first.next, 10, {});
  REQUIRE(rest.events.size() == 1);
  CHECK(rest.events[0]->kind == "B");
  CHECK(rest.next == log.end());
  CHECK(log.after(rest.next, 10, {}).events.empty());
}

TEST_CASE("only some kinds may be asked for, and the others are behind one then") {
  event_log log("m");
  const auto start = log.end();
  add(log, "A");
  add(log, "B");
  add(log, "A");
  const auto found = log.after(start, 10, {"B"});
  REQUIRE(found.events.size() == 1);
  CHECK(found.next == log.end());
}

TEST_CASE("a position of another log, or one too far back, is known to be incomplete") {
  event_log log("m");
  const auto start = log.end();
  for (std::size_t i = 0; i <= event_log::most_kept; ++i)
    add(log, "A");
  CHECK(!log.after(start, 1, {}).is_complete);
  CHECK(log.after("m-1", 1, {}).is_complete);
  for (const auto* wrong : {"", "m", "m-", "m-x", "m-1x", "n-1", "m-99999999", "m--1", "m-99999999999999999999999"}) {
    const auto found = log.after(wrong, 2, {});
    CHECK(!found.is_complete);
    CHECK(found.events.size() == 2);
  }
}

TEST_CASE("who waits for other events misses none because too many come that are not asked for") {
  event_log log("m");
  event_search search(log, log.end(), 10, {"B"});
  for (std::size_t i = 0; i < 2 * event_log::most_kept; ++i) {
    add(log, "A");
    const auto found = search.look();
    REQUIRE(found.is_complete);
    REQUIRE(found.events.empty());
  }
  add(log, "B");
  const auto found = search.look();
  CHECK(found.is_complete);
  CHECK(found.events.size() == 1);
}
