#include "store/steady_table.hpp"

#include "tests/store/printed_fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_table.hpp"

#include <string>

namespace mpac::store {
namespace {

using tests::disk_call;
using tests::disk_outcome;
using tests::faulty_disk;

changes one(const std::string& key) {
  changes what;
  what.put(space::log, key, key);
  return what;
}

std::string keys(const faulty_disk& disk) {
  std::string all;
  for (const auto& [key, value] : disk.at(space::log))
    all += key;
  return all;
}

/// The next call of this kind goes wrong, and no other.
void once(faulty_disk& disk, disk_call which, disk_outcome how = disk_outcome::fails) {
  disk.judged_by([&disk, which, how](disk_call what) {
    if (what != which)
      return disk_outcome::done;
    const auto outcome = how; // this very function ends
    disk.judged_by({});
    return outcome;
  });
}

TEST_CASE("what is written is on the disk at once, at the next sync, or whenever, as the mode says", "[8.1.1.2-01]") {
  const auto left_of = [](sync_mode mode, bool at_once, bool syncs) {
    faulty_disk disk;
    steady_table table(disk.source(), {}, mode);
    REQUIRE(table.open());
    REQUIRE(table.write(one("a")));
    REQUIRE(table.write(one("b"), at_once ? when::now : when::as_usual));
    if (syncs)
      REQUIRE(table.sync());
    disk.lose_power(0);
    return keys(disk);
  };
  CHECK(left_of(sync_mode::commit, false, false) == "ab");
  CHECK(left_of(sync_mode::interval, false, false) == "");
  CHECK(left_of(sync_mode::interval, false, true) == "ab");
  CHECK(left_of(sync_mode::interval, true, false) == "ab");
  CHECK(left_of(sync_mode::none, false, false) == "");
  CHECK(left_of(sync_mode::none, true, false) == "ab");
}

TEST_CASE("whatever a failed write or sync has left on the disk, it is all there once mended", "[8.1.1.2-20]") {
  for (const auto mode : {sync_mode::commit, sync_mode::interval})
    for (const auto how : {disk_outcome::fails, disk_outcome::half_failed})
      for (const auto which : {disk_call::write, disk_call::sync})
        for (std::size_t surviving = 0; surviving < 4; ++surviving) {
          faulty_disk disk;
          disk.leaves([&](std::size_t unsynced) { return std::min(surviving, unsynced); });
          steady_table table(disk.source(), {}, mode);
          REQUIRE(table.open());
          REQUIRE(table.write(one("a")));
          REQUIRE(table.write(one("b")));
          once(disk, which, how);
          const bool writes = bool(table.write(one("c")));
          const bool syncs = writes && table.sync();
          CHECK(table.is_broken() == !(writes && syncs));
          disk.judged_by({});
          REQUIRE(table.mend());
          CHECK(!table.is_broken());
          CHECK(keys(disk) == "abc");
          REQUIRE(table.write(one("d"), when::now));
          disk.lose_power(0);
          CHECK(keys(disk) == "abcd");
        }
}

TEST_CASE("mending fails as often as the disk does, and then goes on where it was", "[8.1.1.2-20]") {
  for (const auto which : {disk_call::open, disk_call::write, disk_call::sync}) {
    faulty_disk disk;
    disk.leaves([](std::size_t) { return 0; });
    steady_table table(disk.source(), {}, sync_mode::interval);
    REQUIRE(table.open());
    REQUIRE(table.write(one("a")));
    once(disk, disk_call::write);
    CHECK(!table.write(one("b")));
    for (int i = 0; i < 3; ++i) {
      once(disk, which);
      CHECK(!table.mend());
      CHECK(table.is_broken());
    }
    REQUIRE(table.mend());
    disk.lose_power(0);
    CHECK(keys(disk) == "ab");
  }
}

TEST_CASE("a disk that is merely full can be read", "[7.7-01]") {
  faulty_disk disk;
  steady_table table(disk.source(), {}, sync_mode::commit);
  REQUIRE(table.open());
  REQUIRE(table.write(one("a")));
  disk.judged_by([](disk_call what) { return what == disk_call::write ? disk_outcome::fails : disk_outcome::done; });
  CHECK(!table.write(one("b")));
  for (int i = 0; i < 2; ++i) {
    CHECK(*table.reading()->get(space::log, "a") == "a");
    CHECK(!*table.reading()->get(space::log, "b"));
    CHECK(!table.mend());
  }
  CHECK(table.is_broken());
  disk.judged_by({});
  REQUIRE(table.mend());
  CHECK(keys(disk) == "ab");
}

TEST_CASE("a table that lacks what was written is not read before that is brought in", "[8.1.1.3-01]") {
  faulty_disk disk;
  disk.leaves([](std::size_t) { return 0; });
  steady_table table(disk.source(), {}, sync_mode::interval);
  REQUIRE(table.open());
  REQUIRE(table.write(one("a")));
  disk.judged_by([](disk_call what) { return what == disk_call::write ? disk_outcome::fails : disk_outcome::done; });
  CHECK(!table.write(one("b")));
  CHECK(*table.reading()->get(space::log, "a") == "a"); // it is still the old one
  CHECK(!table.mend());
  CHECK(table.reading() == nullptr);
  disk.judged_by({});
  REQUIRE(table.mend());
  CHECK(*table.reading()->get(space::log, "b") == "b");
}

TEST_CASE("a disk that has lost what was synced is not written to any more", "[8.1.1.2-20]") {
  faulty_disk disk;
  steady_table table(disk.source(), {}, sync_mode::none);
  REQUIRE(table.open());
  REQUIRE(table.write(one("a")));
  REQUIRE(table.write(one("b")));
  disk.leaves([](std::size_t) { return 0; });
  once(disk, disk_call::write);
  CHECK(!table.write(one("c")));
  const auto mended = table.mend();
  REQUIRE(!mended);
  CHECK_THAT(mended.error().what, Catch::Contains("lost what was kept"));
  CHECK(keys(disk) == "");
}

TEST_CASE("the faulty disk itself: a batch that is dropped or lost in the middle leaves a hole", "[8.1.1.2-20]") {
  faulty_disk disk;
  steady_table table(disk.source(), {}, sync_mode::interval);
  REQUIRE(table.open());
  REQUIRE(table.write(one("a")));
  once(disk, disk_call::write, disk_outcome::dropped);
  REQUIRE(table.write(one("b")));
  REQUIRE(table.write(one("c")));
  CHECK(keys(disk) == "ac");
  REQUIRE(table.write(one("d")));
  disk.lose_one_in_the_middle(2);
  CHECK(keys(disk) == "ad");
  CHECK(disk.batch() == 4);
}

} // namespace
} // namespace mpac::store
