#include "tests/store/dead_table.hpp"

#include "store/flushed_state.hpp"
#include "tests/store/held_environment.hpp"
#include "tests/store/opened_table.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

namespace mpac::tests {

std::string key_of(std::uint64_t number) {
  auto digits = std::to_string(number);
  return std::string(8 - digits.size(), '0') + digits;
}

std::string value_of(std::uint64_t number) {
  std::mt19937_64 dice(number);
  const std::size_t size = number % 40 == 0 ? 30'000 + dice() % 60'000 : dice() % 3'000;
  std::string value(size, '\0');
  for (auto& byte : value)
    byte = static_cast<char>(dice());
  return value;
}

void write_batches(store::table& to, std::uint64_t up_to, std::uint64_t sync_every) {
  for (auto number = to.batch() + 1; number <= up_to; ++number)
    REQUIRE(to.write(number, store::one(key_of(number), value_of(number)), number % sync_every == 0));
}

void check_batches(store::table& in, std::uint64_t up_to) {
  REQUIRE(in.batch() == up_to);
  std::uint64_t number = 0;
  bool equal = true;
  REQUIRE(in.scan(store::space::log, "", "", [&](std::string_view key, std::string_view value) {
    ++number;
    equal = key == key_of(number) && value == value_of(number);
    return equal;
  }));
  CHECK(equal);
  CHECK(number == up_to);
}

dead_table::dead_table(std::uint64_t sync_every) : folder_(place_.path() / "dead") {
  held_environment slow;
  store::rocksdb_options options;
  options.log_bytes = 128 << 10;
  options.environment = slow.get();
  const auto table = store::open(place_.path() / "alive", options);
  const auto fill_logs = [&](int count) {
    auto newest = store::list_logs(place_.path() / "alive")->back().number;
    for (int filled = 0; filled < count;) {
      write_batches(*table, table->batch() + 1, sync_every);
      const auto now = store::list_logs(place_.path() / "alive")->back().number;
      filled += now != newest;
      newest = now;
    }
  };
  // Three logs become useless at once, and wait to be written again; to back up is to wait for that.
  slow.hold();
  fill_logs(3);
  slow.release();
  REQUIRE(table->back_up(place_.path() / "backup"));
  slow.hold();
  fill_logs(2);
  write_batches(*table, table->batch() + 20, sync_every);
  batches_ = table->batch();
  std::filesystem::copy(place_.path() / "alive", folder_, std::filesystem::copy_options::recursive);
  slow.release();

  flushed_ = *store::read_flushed_state(folder_, {});
  logs_ = *store::list_logs(folder_);
  std::erase_if(logs_, [&](const store::log_file& each) { return each.number < flushed_.first_log; });
  for (const auto& each : logs_) {
    std::ifstream in(each.path, std::ios::binary);
    contents_.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    scans_.push_back(store::scan_log(contents_.back(), each.number));
  }
}

std::uint64_t dead_table::last_within(std::uint64_t at) const {
  for (const auto& each : scans_.back().batches)
    if (each.end > at)
      return each.mark.batch - 1;
  return batches_;
}

std::uint64_t dead_table::last_without(const place& damaged) const {
  std::uint64_t lost = 0;
  for (const auto& each : scans_[damaged.log].batches)
    if (each.begin <= damaged.at && damaged.at < each.end)
      lost = each.mark.batch;
  if (lost == 0)
    return batches_;
  for (const auto& scan : scans_)
    for (const auto& each : scan.batches)
      if (each.mark.batch > lost && each.mark.synced >= lost)
        return 0;
  return lost - 1;
}

void dead_table::copy_to(const std::filesystem::path& folder) const {
  std::filesystem::remove_all(folder);
  std::filesystem::copy(folder_, folder, std::filesystem::copy_options::recursive);
}

} // namespace mpac::tests
