// The power fails at any moment: what a synced write has put is there afterwards, and everything is whole.
#include "tests/store/dead_table.hpp"
#include "tests/store/opened_table.hpp"
#include "tests/support/forgetful_file_system.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <vector>

namespace mpac::store {
namespace {

using tests::check_batches;
using tests::disk_image;
using tests::disk_trouble;
using tests::forgetful_file_system;
using tests::write_batches;

/// What was left of the disk at some moment, and what had been promised by then.
struct moment {
  disk_image left;
  std::uint64_t synced = 0;
  std::uint64_t written = 0;
};

rocksdb_options small_logs(const forgetful_file_system& on) {
  rocksdb_options options;
  options.log_bytes = 128 << 10;
  options.environment = on.environment();
  return options;
}

/// After that moment the table opens, holds what was promised and nothing half, and takes what follows.
void prove(const moment& then) {
  const tests::temporary_folder place;
  tests::lay_out(then.left, place.path() / "left");
  auto opened = open_rocksdb_table(place.path() / "left");
  if (!opened)
    FAIL("after batch " << then.synced << ": " << opened.error().what);
  const auto batch = (*opened)->batch();
  CHECK(batch >= then.synced);
  CHECK(batch <= then.written + 1);
  check_batches(**opened, batch);
  write_batches(**opened, batch + 2, 1);
  opened->reset();
  check_batches(*open(place.path() / "left"), batch + 2);
}

TEST_CASE("what a synced write has put is there when the power fails right after it, or a write later",
          "[8.1.1.2-20]") {
  const tests::temporary_folder place;
  forgetful_file_system system;
  std::mt19937_64 dice(1);
  std::vector<moment> moments;
  const auto table = open(place.path() / "table", small_logs(system));
  std::uint64_t synced = 0;
  for (std::uint64_t batch = 1; batch <= 200; ++batch) {
    const bool sync = batch % 5 == 0 || batch % 7 == 0;
    REQUIRE(table->write(batch, one(tests::key_of(batch), tests::value_of(batch)), sync));
    if (sync)
      synced = batch;
    if (batch % 10 <= 1 || batch % 35 == 4)
      moments.push_back({system.disk().left(batch % 2 ? &dice : nullptr), synced, batch});
  }
  for (const auto& each : moments)
    prove(each);
}

TEST_CASE("a sync without a write keeps what was written before it", "[8.1.1.2-20]") {
  const tests::temporary_folder place;
  forgetful_file_system system;
  const auto table = open(place.path() / "table", small_logs(system));
  write_batches(*table, 10, 100);
  const moment before{system.disk().left(), 0, 10};
  REQUIRE(table->sync());
  const moment after{system.disk().left(), 10, 10};
  prove(before);
  prove(after);
}

TEST_CASE("the power fails while the table opens, writes, sorts and closes, and no synced batch is lost",
          "[8.1.1.2-20]") {
  const tests::temporary_folder place;
  std::vector<moment> moments;
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 dice(seed);
  std::uint64_t last = 0;
  forgetful_file_system system;
  std::atomic<std::uint64_t> synced = 0, written = 0;
  for (int life = 0; life < 4; ++life) {
    system.disk().before_each = [&, operations = 0]() mutable {
      // Each of the first, when the table opens; later ones here and there.
      if (++operations < 40 ? operations % 3 == 0 : dice() % 23 == 0) {
        const auto promised = synced.load();
        moments.push_back({system.disk().left(dice() % 3 ? &dice : nullptr), promised, written});
      }
    };
    const auto table = open(place.path() / "table", small_logs(system));
    REQUIRE(table->batch() == last);
    synced = last; // with opening, it has all reached the disk
    for (; last < static_cast<std::uint64_t>(life + 1) * 100; ++last) {
      written = last;
      const bool sync = life % 2 ? last % 6 == 5 : true;
      REQUIRE(table->write(last + 1, one(tests::key_of(last + 1), tests::value_of(last + 1)), sync));
      if (sync)
        synced = last + 1;
    }
  }
  const char* wanted = std::getenv("MPAC_MOMENTS");
  const auto count = wanted ? std::strtoull(wanted, nullptr, 10) : 40;
  std::shuffle(moments.begin(), moments.end(), dice);
  for (std::size_t i = 0; i < moments.size() && i < count; ++i)
    prove(moments[i]);
}

TEST_CASE("a table of which a write or a sync has failed takes nothing until it is opened again", "[8.1.1.2-20]") {
  for (const auto how : {disk_trouble::input_output, disk_trouble::no_space})
    for (const bool sync : {true, false}) {
      CAPTURE(sync);
      const tests::temporary_folder place;
      const auto folder = place.path() / "table";
      forgetful_file_system system;
      auto table = open(folder, small_logs(system));
      write_batches(*table, 10, 1);
      if (sync)
        system.fail_syncs(how);
      else
        system.fail_writes(how);
      const auto failed = table->write(11, one(tests::key_of(11), tests::value_of(11)), true);
      REQUIRE(!failed);
      CHECK_THAT(failed.error().what, Catch::Contains(how == disk_trouble::no_space ? "No space" : "Input/output"));

      // Even when the trouble is over.
      system.fail_syncs(disk_trouble::none);
      system.fail_writes(disk_trouble::none);
      CHECK(!table->write(11, one(tests::key_of(11), ""), true));
      CHECK(!table->sync());
      CHECK(table->get(space::log, tests::key_of(1))->has_value()); // what it holds it still shows
      CHECK(!table->get(space::log, tests::key_of(11))->has_value());
      CHECK(!table->back_up(place.path() / "backup"));
      CHECK(table->batch() == 10);
      table.reset();

      // What the system remembers of the file is not asked: the disk is.
      prove({system.disk().left(), 10, 10});
      table = open(folder, small_logs(system));
      const auto last = table->batch();
      CHECK((last == 10 || last == 11));
      check_batches(*table, last);
      write_batches(*table, 20, 1);
      table.reset();
      check_batches(*open(folder), 20);
    }
}

TEST_CASE("a sync that fails on its own makes the table refuse to write, too", "[8.1.1.2-20]") {
  const tests::temporary_folder place;
  forgetful_file_system system;
  auto table = open(place.path() / "table", small_logs(system));
  write_batches(*table, 10, 5);
  write_batches(*table, 13, 100);
  system.fail_syncs(disk_trouble::input_output);
  REQUIRE(!table->sync());
  system.fail_syncs(disk_trouble::none);
  // It does so by itself, whatever RocksDB makes of the next call.
  const auto refused = table->sync();
  REQUIRE(!refused);
  CHECK_THAT(refused.error().what, Catch::Contains("must be opened anew"));
  CHECK(!table->write(14, one("a", "b"), false));
  CHECK(!table->back_up(place.path() / "backup"));
  table.reset();
  prove({system.disk().left(), 10, 13});
}

TEST_CASE("a full disk under the sorted files stops the table, and loses nothing that was synced", "[8.1.1.2-20]") {
  const tests::temporary_folder place;
  forgetful_file_system system;
  auto table = open(place.path() / "table", small_logs(system));
  system.fail_writes(disk_trouble::no_space, ".sst");
  std::uint64_t batch = 0;
  for (bool fine = true; fine; batch += fine)
    fine = table->write(batch + 1, one(tests::key_of(batch + 1), tests::value_of(batch + 1)), true).has_value();
  CHECK(table->batch() == batch);
  table.reset();
  system.fail_writes(disk_trouble::none);
  prove({system.disk().left(), batch, batch});
}

} // namespace
} // namespace mpac::store
