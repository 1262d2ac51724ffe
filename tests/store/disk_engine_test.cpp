#include "store/disk_engine.hpp"

#include "store/keys.hpp"
#include "tests/store/living.hpp"
#include "tests/store/printed_fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_table.hpp"

#include <string>

namespace mpac::store {
namespace {

using tests::disk_call;
using tests::disk_outcome;
using tests::faulty_disk;
using namespace std::chrono_literals;
using Catch::Contains;

std::unique_ptr<engine> open(faulty_disk& disk, sync_mode mode = sync_mode::commit) {
  auto opened = disk_engine::open(disk.source(), {mode, mode == sync_mode::interval ? 1s : 0s, {}});
  if (!opened)
    FAIL(opened.error().what);
  return std::move(*opened);
}

std::string told_in(engine& in, const session_id& id, std::uint64_t after_lamport) {
  replay_request asked;
  asked.who = principal_id("p");
  asked.after_lamport = after_lamport;
  asked.before_sequence = 1000;
  replay_search search(asked);
  REQUIRE(in.read_told(id, search));
  std::string all;
  auto found = std::move(search).result();
  for (const auto& each : found.frames)
    all += std::string(each->payload()) + (found.is_complete ? ';' : '?');
  return all;
}

TEST_CASE("loading is what living was: from an image, from a log, and from both", "[8.1.1.2-01][8.1.1.3-01]") {
  for (const bool with_image : {false, true})
    for (int before = 0; before < 3; ++before)
      for (int behind = 0; behind < 3; ++behind) {
        faulty_disk disk;
        living talk;
        auto kept = open(disk);
        REQUIRE(append(*kept, talk.founding()));
        if (before != 0)
          REQUIRE(append(*kept, talk.decides(before, with_image)));
        if (behind != 0)
          REQUIRE(append(*kept, talk.decides(behind)));
        kept.reset();
        kept = open(disk);
        auto found = kept->fetch(talk.id());
        REQUIRE(found.has_value());
        REQUIRE(found->facts != nullptr);
        CHECK(found->was_interrupted);
        CHECK(encode(found->facts->image()) == talk.at(talk.sequence()));
      }
}

TEST_CASE("a session that left memory in order comes back as if it had not; after the hub it is interrupted",
          "[8.1.1.3-02]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  REQUIRE(append(*kept, talk.decides(3)));
  REQUIRE(kept->park(talk.leaves()));
  auto found = kept->fetch(talk.id());
  REQUIRE(found.has_value());
  CHECK(!found->was_interrupted);
  CHECK(encode(found->facts->image()) == talk.at(3));
  REQUIRE(append(*kept, talk.decides()));
  REQUIRE(kept->park(talk.leaves()));
  CHECK(kept->sleepers()->empty()); // it has nothing to do by itself
  kept.reset();
  kept = open(disk);
  found = kept->fetch(talk.id());
  CHECK(found->was_interrupted);
  CHECK(encode(found->facts->image()) == talk.at(4));
}

TEST_CASE("who was in memory when the hub ended is waked, and who sleeps is listed", "[8.1.1.3-01]") {
  faulty_disk disk;
  living a("a"), b("b"), c("c");
  auto kept = open(disk);
  for (auto* each : {&a, &b, &c}) {
    REQUIRE(append(*kept, each->founding()));
    REQUIRE(append(*kept, each->decides(2)));
  }
  REQUIRE(kept->park(b.leaves()));
  kept.reset();
  kept = open(disk);
  const auto sleepers = kept->sleepers();
  REQUIRE(sleepers.has_value());
  REQUIRE(sleepers->size() == 2);
  CHECK(sleepers->front().session == a.id());
  CHECK(sleepers->back().session == c.id());
  const auto rows = kept->kept({}, 2);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  CHECK(rows->back().session == b.id());
  CHECK(rows->back().active_intents == 2);
  CHECK(kept->kept(b.id(), 9)->size() == 1);
}

TEST_CASE("only looking at a session leaves it asleep", "[8.1.1.2-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  REQUIRE(append(*kept, talk.decides(2)));
  auto seen = kept->look_up(talk.id());
  REQUIRE(seen.has_value());
  CHECK(encode((*seen)->image()) == talk.at(2));
  CHECK(*kept->look_up(session_id("nobody")) == nullptr);
  REQUIRE(kept->park(talk.leaves()));
  seen = kept->look_up(talk.id());
  CHECK(encode((*seen)->image()) == talk.at(2));
  CHECK(!kept->fetch(talk.id())->was_interrupted);
}

TEST_CASE("an image is wanted when the records have outgrown the last one", "[8.1.1.2-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  std::size_t asked = 0;
  for (int i = 0; i < 400; ++i) {
    const bool wants = kept->wants_image(talk.id());
    asked += wants;
    REQUIRE(append(*kept, talk.decides(1, wants, 1024)));
  }
  CHECK(asked >= 2);
  CHECK(asked < 20);
  CHECK(encode((*kept->look_up(talk.id()))->image()) == talk.at(400));
}

TEST_CASE("what was told is found again, and a transcript goes on where it stopped", "[12.8-01][9.6.3-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  REQUIRE(append(*kept, talk.decides(2)));
  REQUIRE(append(*kept, talk.decides(1)));
  REQUIRE(append(*kept, talk.decides(2)));
  CHECK(told_in(*kept, talk.id(), 4) == "out 3   ;out 4   ;out 5   ;");
  CHECK(told_in(*kept, talk.id(), 0) == "out 1   ;out 2   ;out 3   ;out 4   ;out 5   ;");
  std::string lines;
  std::uint64_t from = 1;
  std::size_t pages = 0;
  do {
    const auto next = kept->read_transcript(talk.id(), from, 1, [&](const transcript_line& line) {
      lines += std::to_string(line.sequence) + (line.inbound ? '<' : '>');
    });
    REQUIRE(next.has_value());
    from = *next;
    ++pages;
  } while (from != 0);
  CHECK(lines == "1<1>2<2>3<3>4<4>5<5>");
  CHECK(pages == 3);
}

TEST_CASE("what is old goes once an image holds it, and who asks for it hears that it is gone", "[9.6.3-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  REQUIRE(append(*kept, talk.decides(2)));
  REQUIRE(append(*kept, talk.decides(1, true)));
  REQUIRE(append(*kept, talk.decides(2)));
  CHECK_FALSE(*kept->tidy(morning + 1h));
  CHECK(disk.at(space::log).size() == 3);
  CHECK_FALSE(*kept->tidy(morning + 24h * 4000));
  CHECK(disk.at(space::log).size() <= 3);
  CHECK(encode((*kept->look_up(talk.id()))->image()) == talk.at(5)); // what the image lacks stays
}

TEST_CASE("a hole in what is kept is refused, and named", "[8.1.1.3-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  REQUIRE(append(*kept, talk.decides()));
  disk.judged_by([&](disk_call what) { return what == disk_call::write ? disk_outcome::dropped : disk_outcome::done; });
  REQUIRE(append(*kept, talk.decides()));
  disk.judged_by({});
  REQUIRE(append(*kept, talk.decides()));
  const auto found = kept->fetch(talk.id());
  REQUIRE(!found.has_value());
  CHECK_THAT(found.error().what, Contains("talk") && Contains("decision 2 is missing"));
}

TEST_CASE("damage is named: an image, a record, an entry of the catalogue", "[8.1.1.3-01]") {
  for (const auto where : {space::images, space::log, space::catalogue}) {
    faulty_disk disk;
    living talk;
    auto kept = open(disk);
    REQUIRE(append(*kept, talk.founding()));
    REQUIRE(append(*kept, talk.decides(2)));
    auto& value = disk.at(where).begin()->second;
    value.resize(value.size() / 2);
    const auto found = kept->fetch(talk.id());
    REQUIRE(!found.has_value());
    CHECK_THAT(found.error().what, Contains("talk"));
    CHECK(!kept->look_up(talk.id()).has_value());
  }
}

TEST_CASE("an image that is gone is missed", "[8.1.1.3-01]") {
  faulty_disk disk;
  living talk;
  auto kept = open(disk);
  REQUIRE(append(*kept, talk.founding()));
  disk.at(space::images).clear();
  const auto found = kept->fetch(talk.id());
  REQUIRE(!found.has_value());
  CHECK_THAT(found.error().what, Contains("no image"));
}

TEST_CASE("a store of a newer format is refused and stays as it is", "[8.1.1.2-20]") {
  faulty_disk disk;
  open(disk).reset();
  disk.at(space::about).at("format") = std::to_string(store_format + 1);
  const auto batch = disk.batch();
  const auto opened = disk_engine::open(disk.source(), {});
  REQUIRE(!opened.has_value());
  CHECK_THAT(opened.error().what, Contains("newer"));
  CHECK(disk.batch() == batch);
  disk.at(space::about).at("format") = "many";
  CHECK_THAT(disk_engine::open(disk.source(), {}).error().what, Contains("no number"));
}

TEST_CASE("what begins is on the disk before anybody hears of it, in every mode", "[8.1.1.3-02]") {
  for (const auto mode : {sync_mode::commit, sync_mode::interval, sync_mode::none}) {
    faulty_disk disk;
    living talk;
    auto kept = open(disk, mode);
    REQUIRE(append(*kept, talk.decides(1, true)));
    disk.lose_power(0);
    kept.reset();
    kept = open(disk, mode);
    auto found = kept->fetch(talk.id());
    REQUIRE(found.has_value());
    REQUIRE(found->facts != nullptr);
    CHECK(found->facts->sequence() == 1);
    REQUIRE(append(*kept, talk.decides())); // the new epoch, say
    REQUIRE(append(*kept, talk.decides()));
    disk.lose_power(0);
    kept.reset();
    kept = open(disk, mode);
    found = kept->fetch(talk.id());
    CHECK(found->facts->sequence() == (mode == sync_mode::commit ? 3 : 2));
  }
}

} // namespace
} // namespace mpac::store
