// Sessions that are over are dropped whole when their time has come, and nothing of them comes back.
#include "store/disk_engine.hpp"
#include "store/memory_engine.hpp"
#include "store/rocksdb_table.hpp"
#include "tests/store/living.hpp"
#include "tests/store/printed_fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_table.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace mpac::store {
namespace {

using tests::disk_call;
using tests::disk_outcome;
using tests::faulty_disk;

constexpr auto day = std::chrono::hours{24};
constexpr std::array everywhere{space::catalogue, space::images, space::log};

std::unique_ptr<engine> open(const table_source& source) {
  auto opened = disk_engine::open(source, {});
  if (!opened)
    FAIL(opened.error().what);
  return std::move(*opened);
}

void tidy(engine& all, base::instant when) {
  for (auto more = all.tidy(when);; more = all.tidy(when)) {
    REQUIRE(more.has_value());
    if (!*more)
      return;
  }
}

/// It is founded, something is said in it, it is closed, and leaves memory.
void lives_and_ends(engine& where, living& one) {
  REQUIRE(append(where, one.founding()));
  REQUIRE(append(where, one.decides(3)));
  REQUIRE(append(where, one.closes()));
  REQUIRE(where.park(one.leaves()));
}

std::string listed(engine& where) {
  std::string names;
  for (const auto& row : *where.kept({}, 1000))
    names += row.session.str() + (row.is_closed ? ". " : " ");
  return names;
}

std::size_t lines_of(engine& where, const session_id& id) {
  std::size_t lines = 0;
  REQUIRE(where.read_transcript(id, 0, 1'000'000, [&](const transcript_line&) { ++lines; }));
  return lines;
}

/// The engines that may keep sessions, each empty.
std::vector<std::unique_ptr<engine>> engines(faulty_disk& disk, const tests::temporary_folder& folder) {
  std::vector<std::unique_ptr<engine>> all;
  all.push_back(open(disk.source()));
  all.push_back(open([at = folder.path() / "store"] { return open_rocksdb_table(at); }));
  all.push_back(std::make_unique<memory_engine>());
  return all;
}

} // namespace

TEST_CASE("a session that is closed is listed and read until its retention is over, and then is gone",
          "[9.6.3-05][9.6.4-05]") {
  faulty_disk disk;
  const tests::temporary_folder folder;
  for (const auto& where : engines(disk, folder)) {
    living talk("talk", 30);
    lives_and_ends(*where, talk);
    tidy(*where, morning + 29 * day);
    CHECK(listed(*where) == "talk. ");
    CHECK(lines_of(*where, talk.id()) == 7);
    CHECK(encode((*where->look_up(talk.id()))->image()) == talk.at(talk.sequence()));
    tidy(*where, morning + 31 * day);
    CHECK(listed(*where).empty());
    CHECK(lines_of(*where, talk.id()) == 0);
    CHECK(*where->look_up(talk.id()) == nullptr);
    CHECK(where->fetch(talk.id())->facts == nullptr);
  }
  for (const auto where : everywhere)
    CHECK(disk.at(where).empty());
}

TEST_CASE("0 days end when a session is closed and out of memory, and not before", "[9.6.4-05]") {
  faulty_disk disk;
  const tests::temporary_folder folder;
  for (const auto& where : engines(disk, folder)) {
    living talk("talk", 0);
    const auto stays = [&] {
      tidy(*where, morning + 1000 * day);
      return lines_of(*where, talk.id()) != 0;
    };
    REQUIRE(append(*where, talk.founding()));
    REQUIRE(append(*where, talk.decides(3)));
    REQUIRE(where->park(talk.leaves()));
    CHECK(stays()); // it sleeps
    REQUIRE(where->fetch(talk.id())->facts);
    REQUIRE(append(*where, talk.closes()));
    CHECK(stays()); // it is in memory
    REQUIRE(where->park(talk.leaves()));
    REQUIRE(where->fetch(talk.id())->facts);
    CHECK(stays()); // somebody looks at it
    REQUIRE(where->park(talk.leaves()));
    CHECK_FALSE(stays());
    CHECK(listed(*where).empty());
  }
}

TEST_CASE("whoever comes to the name of a dropped session begins a new one, with nothing of the old",
          "[9.6.3-05][8.1.1.3-01]") {
  faulty_disk disk;
  const tests::temporary_folder folder;
  for (const auto& where : engines(disk, folder)) {
    living first("talk", 0);
    lives_and_ends(*where, first);
    tidy(*where, morning);
    living second("talk", 0);
    REQUIRE(append(*where, second.founding()));
    REQUIRE(append(*where, second.decides(1)));
    tidy(*where, morning + 1000 * day);
    CHECK(lines_of(*where, second.id()) == 2);
    REQUIRE(where->park(second.leaves()));
    const auto found = where->fetch(second.id());
    REQUIRE(found->facts);
    CHECK(found->facts->origin().epoch == 1);
    CHECK(encode(found->facts->image()) == second.at(1));
  }
}

TEST_CASE("nothing of other sessions goes with one that is dropped, however their names begin", "[9.6.3-05]") {
  faulty_disk disk;
  const tests::temporary_folder folder;
  for (const auto& where : engines(disk, folder)) {
    std::vector<std::unique_ptr<living>> others;
    for (const auto* id : {"tal", "talk\1", "talk ", "talk0", "talk\xff", "talka", "tall", "u"}) {
      others.push_back(std::make_unique<living>(id, 30));
      lives_and_ends(*where, *others.back());
    }
    living talk("talk", 0);
    lives_and_ends(*where, talk);
    tidy(*where, morning + day);
    CHECK(*where->look_up(talk.id()) == nullptr);
    for (const auto& other : others) {
      CHECK(lines_of(*where, other->id()) == 7);
      CHECK(encode((*where->look_up(other->id()))->image()) == other->at(other->sequence()));
    }
  }
}

TEST_CASE("of sessions side by side those that are over go, and all between them stay", "[9.6.3-05]") {
  faulty_disk disk;
  const tests::temporary_folder folder;
  for (const auto& where : engines(disk, folder)) {
    std::string stay;
    for (unsigned i = 0; i < 200; ++i) {
      const bool goes = i % 7 < 4 || (i > 60 && i < 140 && i != 100); // in runs, some across a step
      living one("s" + std::to_string(1000 + i), goes ? 0 : 30);
      lives_and_ends(*where, one);
      if (!goes)
        stay += one.id().str() + ". ";
    }
    tidy(*where, morning + day);
    CHECK(listed(*where) == stay);
    for (unsigned i = 0; i < 200; ++i) {
      const session_id id("s" + std::to_string(1000 + i));
      CHECK(lines_of(*where, id) == (stay.find(id.str()) == std::string::npos ? 0 : 7));
    }
  }
  CHECK(disk.at(space::images).size() == disk.at(space::catalogue).size());
}

TEST_CASE("sessions are dropped a few at a time, each time with one write", "[9.6.3-05]") {
  std::size_t steps = 0, writes = 0, reads = 0;
  faulty_disk disk;
  auto where = open(disk.source());
  constexpr std::size_t sessions = 500;
  for (std::size_t i = 0; i < sessions; ++i) {
    living talk("s" + std::to_string(i), 0);
    lives_and_ends(*where, talk);
  }
  disk.judged_by([&](disk_call call) {
    ++(call == disk_call::write || call == disk_call::sync ? writes : reads);
    return disk_outcome::done;
  });
  for (bool more = true; more; ++steps) {
    writes = reads = 0;
    more = *where->tidy(morning);
    CHECK(writes <= 1);
    CHECK(reads <= 200);
  }
  CHECK(steps > 5);
  CHECK(steps < 20);
  CHECK(listed(*where).empty());
}

TEST_CASE("whichever call fails and whatever is lost, a session that is dropped is there whole or not at all",
          "[9.6.3-05][8.1.1.2-01]") {
  const auto drop = [](std::uint64_t failing, disk_outcome how, std::optional<std::size_t> surviving) {
    faulty_disk disk;
    std::vector<std::unique_ptr<living>> over;
    living stays("stays", 0);
    std::uint64_t before = 0;
    bool has_failed = false;
    {
      auto where = open(disk.source());
      for (const auto* id : {"a", "b", "z"}) {
        over.push_back(std::make_unique<living>(id, *id == 'b' ? 1 : 0));
        lives_and_ends(*where, *over.back());
      }
      REQUIRE(append(*where, stays.founding()));
      REQUIRE(append(*where, stays.decides(2)));
      REQUIRE(where->park(stays.leaves()));
      REQUIRE(where->sync());
      before = disk.calls();
      disk.judged_by([&](disk_call) {
        if (has_failed || disk.calls() != before + failing + 1)
          return disk_outcome::done;
        has_failed = true;
        return how;
      });
      (void)where->tidy(morning + 2 * day);
      // Whatever became of it: who asks now finds all of it or nothing.
      for (const auto& one : over)
        if (const auto seen = where->look_up(one->id()); seen && *seen)
          CHECK(encode((*seen)->image()) == one->at(one->sequence()));
      if (surviving)
        disk.lose_power(std::min(*surviving, disk.unsynced()));
      else
        disk.lose_process();
    }
    disk.judged_by({});
    auto where = open(disk.source());
    for (const auto& one : over) {
      const auto found = where->fetch(one->id());
      REQUIRE(found.has_value());
      if (found->facts) {
        CHECK(encode(found->facts->image()) == one->at(one->sequence()));
        CHECK(lines_of(*where, one->id()) == 7);
        REQUIRE(where->park(one->leaves()));
      } else {
        CHECK(lines_of(*where, one->id()) == 0);
        CHECK_FALSE(disk.at(space::images).contains(one->id().str()));
      }
    }
    tidy(*where, morning + 2 * day);
    CHECK(listed(*where) == "stays ");
    CHECK(disk.at(space::images).size() == 1);
    CHECK(encode((*where->look_up(stays.id()))->image()) == stays.at(2));
    return has_failed;
  };
  for (const auto how : {disk_outcome::fails, disk_outcome::half_failed})
    for (const std::optional<std::size_t> surviving : {std::optional<std::size_t>(), {0}, {1}, {9}}) {
      std::uint64_t failing = 0;
      while (drop(failing, how, surviving))
        ++failing;
      CHECK(failing > 5);
    }
}

TEST_CASE("a session whose dropping could not be written is no more, though the disk still shows it",
          "[9.6.3-05][8.1.1.2-01]") {
  for (const auto how : {disk_outcome::fails, disk_outcome::half_failed}) {
    faulty_disk disk;
    bool is_full = false;
    const auto probe = [&]() -> base::result<void, fault> {
      if (is_full)
        return fault{"the disk is full"};
      return {};
    };
    auto where = std::move(*disk_engine::open(disk.source(), {sync_mode::commit, {}, probe}));
    living first("talk", 0), other("other", 0);
    lives_and_ends(*where, first);
    REQUIRE(append(*where, other.founding()));
    REQUIRE(where->park(other.leaves()));
    is_full = true;
    disk.judged_by([&](disk_call call) { return call == disk_call::write ? how : disk_outcome::done; });
    CHECK_FALSE(where->tidy(morning));
    CHECK(disk.at(space::images).size() == 2);
    CHECK(where->fetch(other.id())->facts); // it can be read
    CHECK(where->fetch(first.id())->facts == nullptr);
    CHECK(*where->look_up(first.id()) == nullptr);
    disk.judged_by({});
    is_full = false;
    // Who has come meanwhile is kept behind that.
    living second("talk", 0);
    REQUIRE(append(*where, second.founding()));
    REQUIRE(append(*where, second.decides(1)));
    CHECK(lines_of(*where, second.id()) == 2);
    CHECK(encode((*where->look_up(second.id()))->image()) == second.at(1));
    where.reset();
    CHECK(encode(open(disk.source())->fetch(second.id())->facts->image()) == second.at(1));
  }
}

TEST_CASE("an engine in memory has something that ages as long as it keeps what is closed", "[9.6.3-05]") {
  memory_engine where;
  living open_one("open", 0), closed("closed", 1);
  REQUIRE(append(where, open_one.founding()));
  REQUIRE(where.park(open_one.leaves()));
  CHECK_FALSE(where.has_what_ages());
  lives_and_ends(where, closed);
  CHECK(where.has_what_ages());
  REQUIRE(where.fetch(closed.id())->facts);
  CHECK_FALSE(where.has_what_ages());
  REQUIRE(where.park(closed.leaves()));
  tidy(where, morning + 3 * day);
  CHECK_FALSE(where.has_what_ages());
  CHECK(listed(where) == "open ");
}

} // namespace mpac::store
