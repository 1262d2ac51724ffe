// Damage to what RocksDB keeps beside its logs: it is a fault when the table opens or reads, or it costs nothing.
#include "tests/store/dead_table.hpp"
#include "tests/store/opened_table.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <vector>

namespace mpac::store {
namespace {

using tests::temporary_folder;

constexpr std::uint64_t batches = 200;

/// A table in good order, closed: most of it in sorted files, its end in a log.
const std::filesystem::path& whole_table() {
  static const temporary_folder place;
  static const auto folder = [] {
    rocksdb_options options;
    options.log_bytes = 128 << 10;
    const auto table = open(place.path() / "whole", options);
    tests::write_batches(*table, batches, 10);
    return place.path() / "whole";
  }();
  return folder;
}

std::vector<std::string> files_like(const std::string& part) {
  std::vector<std::string> found;
  for (const auto& each : std::filesystem::directory_iterator(whole_table()))
    if (const auto name = each.path().filename().string(); name.find(part) != std::string::npos)
      found.push_back(name);
  std::sort(found.begin(), found.end());
  return found;
}

/// Opens a spoilt copy and reads all of it. Returns what was said against it; nothing when everything is there.
std::string spoil(const std::function<void(const std::filesystem::path& folder)>& with) {
  const temporary_folder place;
  const auto folder = place.path() / "spoilt";
  std::filesystem::copy(whole_table(), folder);
  with(folder);
  const auto opened = open_rocksdb_table(folder);
  if (!opened)
    return opened.error().what;
  std::uint64_t number = 0;
  bool equal = (*opened)->batch() == batches;
  const auto read = (*opened)->scan(space::log, "", "", [&](std::string_view key, std::string_view value) {
    ++number;
    equal = equal && key == tests::key_of(number) && value == tests::value_of(number);
    return true;
  });
  if (!read)
    return read.error().what;
  if (!equal || number != batches)
    FAIL("something is lost in silence: " << number << " batches, up to " << (*opened)->batch());
  return {};
}

void flip(const std::filesystem::path& file, std::uint64_t bit) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekg(static_cast<std::streamoff>(bit / 8));
  const auto old = static_cast<char>(bytes.get());
  bytes.seekp(static_cast<std::streamoff>(bit / 8));
  bytes.put(static_cast<char>(old ^ 1 << bit % 8));
}

TEST_CASE("a table in good order is found so", "[8.1.1.2-20]") {
  REQUIRE(files_like(".sst").size() > 1);
  CHECK(spoil([](const auto&) {}).empty());
}

TEST_CASE("a flipped bit in any file of the table is named, or costs nothing", "[8.1.1.2-20]") {
  std::mt19937_64 dice(1);
  for (const auto* part : {".sst", "MANIFEST", "CURRENT", "IDENTITY", "OPTIONS"}) {
    const auto names = files_like(part);
    REQUIRE(!names.empty());
    int named = 0;
    for (int i = 0; i < 25; ++i) {
      const auto& name = names[dice() % names.size()];
      CAPTURE(name);
      const auto said = spoil(
          [&](const auto& folder) { flip(folder / name, dice() % (8 * std::filesystem::file_size(folder / name))); });
      named += !said.empty();
      if (!said.empty())
        CHECK_THAT(said, Catch::Contains(part) || Catch::Contains("Corruption") || Catch::Contains("IO error") ||
                             Catch::Contains("Invalid") || Catch::Contains("NotFound") || Catch::Contains("damaged"));
    }
    if (std::string_view(part) == ".sst" || std::string_view(part) == "MANIFEST")
      CHECK(named > 12);
  }
}

TEST_CASE("a file of the table that is cut short or gone is named", "[8.1.1.2-20]") {
  for (const auto* part : {".sst", "MANIFEST", "CURRENT"})
    for (const auto& name : files_like(part)) {
      CAPTURE(name);
      CHECK(!spoil([&](const auto& folder) { std::filesystem::remove(folder / name); }).empty());
      const auto size = std::filesystem::file_size(whole_table() / name);
      for (const auto bytes : {std::uintmax_t(0), size / 3, size / 2, size - 1}) {
        CAPTURE(bytes, size);
        const auto said = spoil([&](const auto& folder) { std::filesystem::resize_file(folder / name, bytes); });
        // Without its end, a MANIFEST leads back to logs that may be there yet.
        CHECK((!said.empty() || std::string_view(part) == "MANIFEST"));
      }
    }
}

TEST_CASE("no new table is made over what is left of one", "[8.1.1.2-20]") {
  const auto said = spoil([](const auto& folder) {
    for (const auto& each : files_like("."))
      if (each.ends_with(".log"))
        std::filesystem::remove(folder / each);
    std::filesystem::remove(folder / "CURRENT");
  });
  CHECK_THAT(said, Catch::Contains("CURRENT is missing"));
}

TEST_CASE("a MANIFEST that ends too early hides nothing", "[8.1.1.2-20]") {
  const auto name = files_like("MANIFEST").at(0);
  const auto size = std::filesystem::file_size(whole_table() / name);
  int named = 0;
  for (std::uintmax_t bytes = 0; bytes < size; bytes += size / 25)
    named += !spoil([&](const auto& folder) { std::filesystem::resize_file(folder / name, bytes); }).empty();
  CHECK(named > 5);
}

} // namespace
} // namespace mpac::store
