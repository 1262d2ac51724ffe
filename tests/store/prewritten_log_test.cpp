#include "tests/store/opened_table.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace mpac::store {
namespace {

namespace fs = std::filesystem;
using tests::temporary_folder;

std::uint64_t log_bytes(const fs::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& each : fs::directory_iterator(folder))
    if (each.path().extension() == ".log")
      bytes += each.file_size();
  return bytes;
}

TEST_CASE("a log that is synced for each little batch seldom grows", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  int grown = 0;
  auto before = log_bytes(place.path());
  for (std::uint64_t batch = 1; batch <= 100; ++batch) {
    REQUIRE(table->write(batch, one(std::to_string(batch), std::string(1000, 'v')), true));
    const auto now = log_bytes(place.path());
    grown += now != before;
    before = now;
  }
  CHECK(grown == 1);
}

TEST_CASE("nothing is written ahead of large batches", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto table = open(place.path());
  const std::string large(100'000, 'v');
  for (std::uint64_t batch = 1; batch <= 10; ++batch)
    REQUIRE(table->write(batch, one(std::to_string(batch), large), true));
  CHECK(log_bytes(place.path()) < 10 * large.size() + 50'000);
}

TEST_CASE("what is written ahead of a log is its end for whoever reads it", "[8.1.1.2-20]") {
  const temporary_folder place;
  const auto copy = place.path() / "copy";
  {
    const auto table = open(place.path() / "table");
    for (std::uint64_t batch = 1; batch <= 3; ++batch)
      REQUIRE(table->write(batch, one(std::to_string(batch), "kept"), true));
    fs::copy(place.path() / "table", copy, fs::copy_options::recursive); // as a killed process leaves it
  }
  const auto again = open(copy);
  CHECK(again->batch() == 3);
  CHECK(*again->get(space::log, "3") == "kept");
}

} // namespace
} // namespace mpac::store
