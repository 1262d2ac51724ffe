#include "store/memory_engine.hpp"
#include "tests/store/decisions.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace mpac;
using namespace mpac::tests;
using protocol::session_id;

namespace {

const session_id plan{"plan"};

/// All of it, in pieces of about this size.
std::vector<std::string> transcript(store::memory_engine& engine, const session_id& id = plan,
                                    std::size_t budget = 1'000'000) {
  std::vector<std::string> lines;
  std::uint64_t from = 0;
  do {
    from = engine.read_transcript(id, from, budget, [&](const store::transcript_line& line) {
                   lines.push_back((line.inbound ? ">" : "<") + std::string(line.frame->payload()));
                 }).value();
  } while (from != 0);
  return lines;
}

void append(store::memory_engine& engine, protocol::decision made, const session_id& id = plan) {
  const std::array batch{store::parcel{id, {shared(std::move(made))}, {}}};
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
  const auto next = engine.read_transcript(plan, 0, 1'000'000, [&](const store::transcript_line& line) {
    bytes += line.frame->wire().size();
    CHECK((last == 0 || line.sequence == last + 1));
    last = line.sequence;
    ++lines;
  });
  CHECK(next.value() == 0);
  CHECK(last == 200);
  CHECK(bytes <= store::memory_transcript_bytes);
  CHECK(bytes > store::memory_transcript_bytes - 2 * kilobyte.size());
  CHECK(lines > 50);
}

TEST_CASE("a transcript is read in pieces, none of which parts what one decision said", "[9.6.3-01]") {
  store::memory_engine engine;
  for (std::uint64_t i = 1; i <= 20; ++i)
    append(engine, decided(i, "in" + std::to_string(i), 2));
  const auto whole = transcript(engine);
  CHECK(whole.size() == 60);
  for (const std::size_t budget : {1, 7, 30, 100})
    CHECK(transcript(engine, plan, budget) == whole);
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
  CHECK_FALSE(*engine.look_up(plan));
  REQUIRE(engine.park(std::move(facts)).has_value());
  const auto seen = engine.look_up(plan);
  REQUIRE(seen.value());
  CHECK((*seen)->sequence() == 1);

  auto back = engine.fetch(plan);
  REQUIRE(back.has_value());
  REQUIRE(back->facts);
  CHECK_FALSE(back->was_interrupted);
  CHECK(back->facts->origin().id == plan);
  CHECK(back->facts->sequence() == 1);
  CHECK_FALSE(*engine.look_up(plan));
  auto again = engine.fetch(plan);
  REQUIRE(again.has_value());
  CHECK_FALSE(again->facts);
}

TEST_CASE("parked sessions are listed by name, page by page", "[registry]") {
  store::memory_engine engine;
  for (const auto* id : {"c", "a", "d", "b"})
    REQUIRE(engine.park(founded(session_id{id})).has_value());
  const auto page = [&](const char* after, std::size_t limit) {
    std::string names;
    for (const auto& row : engine.kept(session_id{after}, limit).value())
      names += row.session.str();
    return names;
  };
  CHECK(page("", 10) == "abcd");
  CHECK(page("b", 1) == "c");
  CHECK(page("d", 10).empty());
  CHECK(page("", 0).empty());
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
    REQUIRE(engine.read_told(plan, search).has_value());
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
