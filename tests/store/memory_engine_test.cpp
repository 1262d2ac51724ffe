#include "store/memory_engine.hpp"
#include "tests/store/decisions.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace mpac;
using namespace mpac::tests;
using protocol::session_id;

namespace {

const session_id plan{"plan"};

std::vector<std::string> transcript(const store::memory_engine& engine, const session_id& id = plan) {
  std::vector<std::string> lines;
  engine.read_transcript(id, [&](const store::transcript_line& line) {
    lines.push_back((line.inbound ? ">" : "<") + std::string(line.frame->payload()));
  });
  return lines;
}

void append(store::memory_engine& engine, protocol::decision made, const session_id& id = plan) {
  const std::array<store::entry, 1> batch{store::entry{id, shared(std::move(made))}};
  REQUIRE(engine.append(batch).has_value());
}

std::unique_ptr<protocol::session> founded(const session_id& id) {
  protocol::session_origin origin;
  origin.id = id;
  return std::make_unique<protocol::session>(std::move(origin));
}

} // namespace

TEST_CASE("a transcript tells what came in and what the coordinator said, in order", "[9.6.3-01]") {
  store::memory_engine engine;
  append(engine, decided(1, "hello"));
  append(engine, decided(2, "", 2)); // a deadline: nothing came in
  CHECK(transcript(engine) == std::vector<std::string>{">hello", "<out1", "<out2", "<out2"});
  CHECK(transcript(engine, session_id{"other"}).empty());
}

TEST_CASE("what is only passed on, and what is no message, is not told twice", "[9.6.3-01]") {
  store::memory_engine engine;
  auto made = decided(1, "announce", 0);
  made.notices.push_back({protocol::audience::all(), made.cause.inbound, protocol::voice::participant});
  made.notices.push_back({protocol::audience::at(1), protocol::frame::of("files"), protocol::voice::sideband});
  append(engine, std::move(made));
  CHECK(transcript(engine) == std::vector<std::string>{">announce"});
}

TEST_CASE("a transcript in memory is bounded: the oldest lines go, the newest stay", "[9.6.3-01]") {
  store::memory_engine engine;
  const std::string kilobyte(1024, 'x');
  for (std::uint64_t i = 1; i <= 200; ++i)
    append(engine, decided(i, std::to_string(i) + ":" + kilobyte, 0));
  std::size_t bytes = 0;
  std::uint64_t last = 0, lines = 0;
  engine.read_transcript(plan, [&](const store::transcript_line& line) {
    bytes += line.frame->wire().size();
    CHECK((last == 0 || line.sequence == last + 1));
    last = line.sequence;
    ++lines;
  });
  CHECK(last == 200);
  CHECK(bytes <= store::memory_transcript_bytes);
  CHECK(bytes > store::memory_transcript_bytes - 2 * kilobyte.size());
  CHECK(lines > 50);
}

TEST_CASE("one line larger than the bound stays until the next comes", "[9.6.3-01]") {
  store::memory_engine engine;
  append(engine, decided(1, std::string(2 * store::memory_transcript_bytes, 'x'), 0));
  CHECK(transcript(engine).size() == 1);
  append(engine, decided(2, "small", 0));
  CHECK(transcript(engine) == std::vector<std::string>{">small"});
}

TEST_CASE("one session's transcript does not push out another's", "[9.6.3-01]") {
  store::memory_engine engine;
  append(engine, decided(1, "quiet", 0), session_id{"quiet"});
  for (std::uint64_t i = 1; i <= 100; ++i)
    append(engine, decided(i, std::string(4096, 'x'), 0));
  CHECK(transcript(engine, session_id{"quiet"}) == std::vector<std::string>{">quiet"});
}

TEST_CASE("a parked session is fetched back whole, once", "[registry]") {
  store::memory_engine engine;
  auto facts = founded(plan);
  protocol::decision made = decided(1);
  made.lamport_after = 7;
  facts->absorb(made);
  CHECK(engine.peek(plan) == nullptr);
  REQUIRE(engine.park(std::move(facts)).has_value());
  REQUIRE(engine.peek(plan) != nullptr);
  CHECK(engine.peek(plan)->sequence() == 1);

  auto back = engine.fetch(plan);
  REQUIRE(back.has_value());
  REQUIRE(*back);
  CHECK((*back)->origin().id == plan);
  CHECK((*back)->sequence() == 1);
  CHECK(engine.peek(plan) == nullptr);
  auto again = engine.fetch(plan);
  REQUIRE(again.has_value());
  CHECK_FALSE(*again);
}

TEST_CASE("parked sessions are listed by name, page by page", "[registry]") {
  store::memory_engine engine;
  for (const auto* id : {"c", "a", "d", "b"})
    REQUIRE(engine.park(founded(session_id{id})).has_value());
  CHECK(engine.parked(session_id{}, 10) ==
        std::vector{session_id{"a"}, session_id{"b"}, session_id{"c"}, session_id{"d"}});
  CHECK(engine.parked(session_id{"b"}, 1) == std::vector{session_id{"c"}});
  CHECK(engine.parked(session_id{"d"}, 10).empty());
  CHECK(engine.parked(session_id{}, 0).empty());
}

TEST_CASE("what was told is found again as far as it is kept, and what is lost is admitted", "[12.8-01]") {
  store::memory_engine engine;
  const std::string kilobyte(1024, 'x');
  for (std::uint64_t i = 1; i <= 200; ++i) {
    auto made = decided(i, "", 0);
    made.notices.push_back({protocol::audience::all(), protocol::frame::of(std::to_string(i) + kilobyte),
                            protocol::voice::coordinator, 10 * i});
    made.notices.push_back({protocol::audience::only({protocol::principal_id("other")}),
                            protocol::frame::of("not for alice"), protocol::voice::coordinator, 10 * i + 1});
    append(engine, std::move(made));
  }
  const auto ask = [&](std::uint64_t after) {
    protocol::replay_request request;
    request.who = protocol::principal_id("alice");
    request.after_lamport = after;
    request.before_sequence = 200;
    protocol::replay_search search(request);
    engine.read_told(plan, search);
    return std::move(search).result();
  };
  const auto recent = ask(1970);
  CHECK(recent.is_complete);
  REQUIRE(recent.frames.size() == 2); // of 198 and 199; 200 is not past yet
  CHECK(recent.frames.front()->payload().substr(0, 3) == "198");
  const auto all = ask(0);
  CHECK_FALSE(all.is_complete);
  CHECK(all.kept_from > 0);
  CHECK(all.frames.size() < 70);
}
