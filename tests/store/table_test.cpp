#include "store/log_inspection.hpp"
#include "tests/store/opened_table.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mpac::store {
namespace {

using tests::temporary_folder;

std::vector<std::string> keys(table& in, std::string_view from, std::string_view to, space where = space::log) {
  std::vector<std::string> found;
  const auto scanned = in.scan(where, from, to, [&](std::string_view key, std::string_view) {
    found.emplace_back(key);
    return true;
  });
  CHECK(scanned);
  return found;
}

TEST_CASE("a table gives back what was put, and not what was erased", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  changes what;
  what.put(space::catalogue, "key", "in the catalogue");
  what.put(space::log, "key", "in the log");
  what.put(space::log, "gone", "soon");
  what.erase(space::log, "gone");
  REQUIRE(table->write(1, what, true));
  CHECK(*table->get(space::catalogue, "key") == "in the catalogue");
  CHECK(*table->get(space::log, "key") == "in the log");
  CHECK(!*table->get(space::log, "gone"));
  CHECK(!*table->get(space::images, "key"));
}

TEST_CASE("a scan ascends from one key up to, but without, another and stops when told to", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  changes what;
  for (const auto* key : {"b", "a", "d", "c", "\xff"})
    what.put(space::log, key, "");
  REQUIRE(table->write(1, what, false));
  using list = std::vector<std::string>;
  CHECK(keys(*table, "a", "c") == list{"a", "b"});
  CHECK(keys(*table, "aa", "") == list{"b", "c", "d", "\xff"});
  CHECK(keys(*table, "", "b") == list{"a"});
  std::size_t seen = 0;
  CHECK(table->scan(space::log, "", "", [&](std::string_view, std::string_view) { return ++seen < 2; }));
  CHECK(seen == 2);
}

TEST_CASE("the last key before another is found within its range only", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  changes what;
  for (const auto* key : {"b1", "b2", "c1"})
    what.put(space::log, key, key);
  REQUIRE(table->write(1, what, false));
  CHECK((*table->last_before(space::log, "b", "c"))->first == "b2");
  CHECK((*table->last_before(space::log, "b", "b2"))->second == "b1");
  CHECK((*table->last_before(space::log, "b", ""))->first == "c1");
  CHECK(!*table->last_before(space::log, "a", "b1"));
  CHECK(!*table->last_before(space::log, "d", ""));
}

TEST_CASE("a range is erased up to, but without, its end", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  changes what;
  for (const auto* key : {"a", "b", "c", "d"})
    what.put(space::log, key, "");
  what.erase_range(space::log, "b", "d");
  what.erase_range(space::log, "d", "a");
  what.put(space::log, "c", "again");
  REQUIRE(table->write(1, what, false));
  CHECK(keys(*table, "", "") == std::vector<std::string>{"a", "c", "d"});
}

TEST_CASE("a space ends where the next begins", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  changes what;
  for (const auto where : {space::about, space::catalogue, space::images, space::log})
    what.put(where, "\xff\xff", "");
  what.put(space::log, "", "an empty key is one");
  REQUIRE(table->write(1, what, false));
  CHECK(keys(*table, "", "", space::catalogue) == std::vector<std::string>{"\xff\xff"});
  CHECK(keys(*table, "", "", space::log) == std::vector<std::string>{"", "\xff\xff"});
  CHECK((*table->last_before(space::images, "", ""))->first == "\xff\xff");
}

TEST_CASE("batches are numbered without a gap; any other number is refused and changes nothing", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  CHECK(table->batch() == 0);
  REQUIRE(table->write(1, one("a", "first"), true));
  CHECK(!table->write(1, one("a", "again"), true));
  CHECK(!table->write(3, one("a", "later"), true));
  CHECK(table->batch() == 1);
  CHECK(*table->get(space::log, "a") == "first");
  CHECK(table->write(2, one("a", "second"), true));
  CHECK(table->batch() == 2);
}

TEST_CASE("a table that is opened again holds what was written, and knows its last batch", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto folder = place.path() / "made" / "on the way";
  for (std::uint64_t batch = 0; batch < 5; ++batch) {
    const auto table = open(folder);
    REQUIRE(table->batch() == batch);
    REQUIRE(table->write(batch + 1, one("key", std::to_string(batch + 1)), batch % 2 == 0));
  }
  const auto table = open(folder);
  CHECK(table->batch() == 5);
  CHECK(*table->get(space::log, "key") == "5");
}

TEST_CASE("a table that is in use cannot be opened a second time", "[8.1.1.2-20][8.1.1.4-09]") {
  const temporary_folder place;
  auto first = open(place.path());
  REQUIRE(first->write(1, one("a", "1"), true));
  const auto second = open_rocksdb_table(place.path());
  REQUIRE(!second);
  CHECK_THAT(second.error().what, Catch::Contains("in use"));
  CHECK(first->write(2, one("a", "2"), true));
  first.reset();
  CHECK(open(place.path())->batch() == 2);
}

TEST_CASE("a log that is no longer needed is written again: the same file under another name", "[8.1.1.2-20]") {
  const temporary_folder place;
  rocksdb_options options;
  options.log_bytes = 128 << 10;
  const auto table = open(place.path() / "table", options);
  const auto first = list_logs(place.path() / "table")->front().path;
  // A second name keeps its number from being given to a new file.
  std::filesystem::create_hard_link(first, place.path() / "witness");
  const auto again = [&] {
    const auto newest = list_logs(place.path() / "table")->back().path;
    return newest != first && std::filesystem::equivalent(newest, place.path() / "witness");
  };
  while (table->batch() < 10'000 && !again())
    REQUIRE(table->write(table->batch() + 1, one(std::to_string(table->batch()), std::string(1000, 'x')), true));
  CHECK(again());
}

TEST_CASE("a backup made while others write is whole, and can be made again and again", "[8.1.1.2-20]") {
  const temporary_folder place;
  rocksdb_options options;
  options.log_bytes = 128 << 10;
  const auto table = open(place.path() / "table", options);
  std::atomic<std::uint64_t> written = 0;
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    while (!enough) {
      const auto batch = table->batch() + 1;
      if (!table->write(batch, one(std::to_string(batch), std::string(batch % 3000, 'x')), batch % 50 == 0))
        return;
      written = batch;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const auto before = written.load();
    const auto bytes = table->back_up(place.path() / std::to_string(i));
    const auto after = written.load() + 1;
    if (!bytes)
      FAIL_CHECK(bytes.error().what);
    const auto copy = open_rocksdb_table(place.path() / std::to_string(i));
    if (!copy) {
      FAIL_CHECK(copy.error().what);
      continue;
    }
    const auto last = (*copy)->batch();
    CHECK(last >= before);
    CHECK(last <= after);
    std::uint64_t count = 0;
    CHECK((*copy)->scan(space::log, "", "", [&](std::string_view, std::string_view) { return ++count > 0; }));
    CHECK(count == last);
  }
  enough = true;
  writer.join();
}

TEST_CASE("a backup is a table as it was when it was made, while the first goes on", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path() / "table");
  for (std::uint64_t batch = 1; batch <= 10; ++batch)
    REQUIRE(table->write(batch, one(std::to_string(batch), std::string(1000, 'x')), false));
  const auto bytes = table->back_up(place.path() / "backup");
  REQUIRE(bytes);
  CHECK(*bytes > 0);
  REQUIRE(table->write(11, one("later", ""), true));
  const auto copy = open(place.path() / "backup");
  CHECK(copy->batch() == 10);
  CHECK(copy->get(space::log, "10")->has_value());
  CHECK(!copy->get(space::log, "later")->has_value());
  CHECK(!table->back_up(place.path() / "backup"));
  CHECK(table->write(12, one("still", "there"), true));
}

} // namespace
} // namespace mpac::store
