// Every way in which logs can be spoilt ends with exactly the batches before the damage, or with a fault that says
// where.
#include "store/crc32c.hpp"
#include "store/log_inspection.hpp"
#include "tests/store/dead_table.hpp"
#include "tests/store/opened_table.hpp"

#include <cstdlib>
#include <fstream>
#include <random>

namespace mpac::store {
namespace {

using tests::check_batches;
using tests::dead_table;

constexpr std::uint64_t always = 1, at_times = 7, never = 1'000'000; // a sync each so many batches

const dead_table& dead(std::uint64_t sync_every) {
  static const dead_table tables[] = {dead_table(always), dead_table(at_times), dead_table(never)};
  return tables[sync_every == always ? 0 : sync_every == at_times ? 1 : 2];
}

class inspected {
public:
  explicit inspected(const dead_table& table) : table_(table) {
    for (std::size_t i = 0; i < table.logs().size(); ++i)
      logs_.push_back(
          {table.logs()[i].path.filename().string(), scan_log(table.contents()[i], table.logs()[i].number)});
  }

  /// With other bytes in one of the logs.
  [[nodiscard]] base::result<log_verdict, fault> with(std::size_t log, std::string_view content) {
    auto spoilt = logs_;
    spoilt[log].scan = scan_log(content, table_.logs()[log].number);
    auto verdict = judge_logs(table_.flushed().batch, spoilt);
    if (verdict)
      prove_whole(*verdict, log, content);
    return verdict;
  }

private:
  /// What stays of the logs is whole batches without a gap.
  void prove_whole(const log_verdict& verdict, std::size_t log, std::string_view content) {
    auto next = table_.flushed().batch;
    for (std::size_t i = 0; i < logs_.size(); ++i) {
      if (verdict.log_bytes[i] == 0)
        continue;
      auto kept = logs_[i].scan;
      if (i == log || verdict.log_bytes[i] != kept.end) {
        const auto all = i == log ? content : std::string_view(table_.contents()[i]);
        kept = scan_log(all.substr(0, verdict.log_bytes[i]), table_.logs()[i].number);
        if (kept.end != verdict.log_bytes[i] || !kept.behind.empty())
          FAIL("something half stays in log " << i);
      }
      for (const auto& each : kept.batches)
        if (each.mark.batch != ++next)
          FAIL("batch " << each.mark.batch << " comes where " << next << " should");
    }
    if (next != verdict.batch)
      FAIL("batch " << verdict.batch << " is promised, " << next << " is there");
  }

  const dead_table& table_;
  std::vector<live_log> logs_;
};

/// Holds the verdict against what is known of the damage.
void prove(const dead_table& table, const dead_table::place& damaged, const base::result<log_verdict, fault>& verdict) {
  const auto last = table.last_without(damaged);
  if (last == 0) {
    if (verdict || verdict.error().what.find(".log at byte ") == std::string::npos)
      FAIL("a batch that was synced is lost in silence: log " << damaged.log << " at " << damaged.at);
  } else if (!verdict || verdict->batch != last)
    FAIL("log " << damaged.log << " at " << damaged.at << ": " << last << " batches are whole, but "
                << (verdict ? std::to_string(verdict->batch) : verdict.error().what));
}

void spoil(const std::filesystem::path& file, std::uint64_t at, char value) {
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(at));
  out.put(value);
}

/// The whole way, on files: the inspection, RocksDB, and what is in the table then.
void prove_by_opening(const dead_table& table, std::size_t log, std::string_view content) {
  const tests::temporary_folder place;
  const auto folder = place.path() / "spoilt";
  table.copy_to(folder);
  const auto file = folder / table.logs()[log].path.filename();
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
  const auto verdict = inspected(table).with(log, content);
  auto opened = open_rocksdb_table(folder);
  REQUIRE(opened.has_value() == verdict.has_value());
  if (opened) {
    check_batches(**opened, verdict->batch);
    return;
  }
  CHECK_THAT(opened.error().what, Catch::Contains(file.string()) || Catch::Contains(".log at byte "));
  CHECK(std::filesystem::file_size(file) == content.size());
  CHECK(!open_rocksdb_table(folder));
}

std::uint64_t flips() {
  const char* wanted = std::getenv("MPAC_FLIPS");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 2'000;
}

TEST_CASE("the logs of a dead table are several, some in files with older logs behind their end", "[8.1.1.2-20]") {
  for (const auto every : {always, at_times, never}) {
    const auto& table = dead(every);
    CHECK(table.logs().size() == 3);
    const auto newest = scan_log(table.contents().back(), table.logs().back().number);
    CHECK(newest.end + 11 < table.contents().back().size());
    CHECK(table.contents().back().substr(newest.end).find_first_not_of('\0') != std::string::npos);
    std::size_t large = 0, all = 0;
    for (std::size_t i = 0; i < table.logs().size(); ++i)
      for (const auto& each : scan_log(table.contents()[i], table.logs()[i].number).batches) {
        large += each.end - each.begin > 32 * 1024;
        ++all;
      }
    CHECK(large > 1);
    CHECK(all > 50);
    CHECK(inspected(table).with(0, table.contents()[0])->batch == table.batches());
    prove_by_opening(table, 0, table.contents()[0]);
  }
}

TEST_CASE("the newest log cut at any byte leaves the batches before the cut", "[8.1.1.2-20]") {
  for (const auto every : {always, at_times}) {
    const auto& table = dead(every);
    inspected logs(table);
    const std::string_view content = table.contents().back();
    const auto log = table.logs().size() - 1;
    const auto end = scan_log(content, table.logs()[log].number).end;
    for (auto at = end > 64 * 1024 ? end - 64 * 1024 : 0; at <= end; ++at) {
      const auto verdict = logs.with(log, content.substr(0, at));
      if (!verdict || verdict->batch != table.last_within(at))
        FAIL("cut at " << at << ": " << (verdict ? std::to_string(verdict->batch) : verdict.error().what));
    }
    for (const auto at : {end, end - 1, end / 2, std::uint64_t(5), std::uint64_t(0)})
      prove_by_opening(table, log, content.substr(0, at));
  }
}

TEST_CASE("each bit of every record's header matters", "[8.1.1.2-20]") {
  for (const auto every : {always, at_times, never}) {
    const auto& table = dead(every);
    inspected logs(table);
    for (std::size_t log = 0; log < table.logs().size(); ++log) {
      auto content = table.contents()[log];
      for (const auto& each : scan_log(content, table.logs()[log].number).batches) {
        for (auto at = each.begin, end = at + 11; at < end; ++at)
          for (int bit = 0; bit < 8; ++bit) {
            content[at] ^= static_cast<char>(1 << bit);
            prove(table, {log, at}, logs.with(log, content));
            content[at] ^= static_cast<char>(1 << bit);
          }
        // Those of the records in which a large batch goes on stand at the beginning of blocks.
        for (auto at = (each.begin / 32768 + 1) * 32768; at < each.end; at += 32768)
          for (int bit = 0; bit < 88; ++bit) {
            content[at + bit / 8] ^= static_cast<char>(1 << bit % 8);
            prove(table, {log, at + bit / 8}, logs.with(log, content));
            content[at + bit / 8] ^= static_cast<char>(1 << bit % 8);
          }
      }
    }
  }
}

TEST_CASE("any bit that flips costs exactly its batch and what was not synced, or is named", "[8.1.1.2-20]") {
  std::mt19937_64 dice(std::getenv("MPAC_FLIPS") ? std::random_device()() : 1);
  const auto count = flips();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto& table = dead(i % 3 == 0 ? always : i % 3 == 1 ? at_times : never);
    const auto log = dice() % table.logs().size();
    auto content = table.contents()[log];
    const auto at = dice() % content.size();
    content[at] ^= static_cast<char>(1 << dice() % 8);
    prove(table, {log, at}, inspected(table).with(log, content));
    if (i % (count / 30 + 1) == 0)
      prove_by_opening(table, log, content);
  }
}

TEST_CASE("a log that is missing between others is missed, and so is the newest", "[8.1.1.2-20]") {
  const auto& table = dead(always);
  const tests::temporary_folder place;
  for (const std::size_t log : {0, 1}) {
    table.copy_to(place.path() / "spoilt");
    std::filesystem::remove(place.path() / "spoilt" / table.logs()[log].path.filename());
    const auto opened = open_rocksdb_table(place.path() / "spoilt");
    REQUIRE(!opened);
    CHECK_THAT(opened.error().what, Catch::Contains(log == 0 ? "a log is missing" : "cannot be read"));
  }
  table.copy_to(place.path() / "spoilt");
  for (const auto& each : *list_logs(place.path() / "spoilt"))
    std::filesystem::remove(each.path);
  const auto opened = open_rocksdb_table(place.path() / "spoilt");
  REQUIRE(!opened);
  CHECK_THAT(opened.error().what, Catch::Contains("newest log is missing"));
}

TEST_CASE("a log of which older ones are still there is judged without them", "[8.1.1.2-20]") {
  const auto& table = dead(always);
  const tests::temporary_folder place;
  table.copy_to(place.path() / "spoilt");
  std::size_t older = 0;
  for (const auto& each : *list_logs(place.path() / "spoilt"))
    if (each.number < table.flushed().first_log) {
      ++older;
      spoil(each.path, 100, 'x');
    }
  CHECK(older > 0);
  check_batches(*open(place.path() / "spoilt"), table.batches());
}

TEST_CASE("a log that no table has written is refused and left as it is", "[8.1.1.2-20]") {
  // One record of the kind that RocksDB writes where logs are not recycled.
  std::string content = std::string("\0\0\0\0\x0c\0\1", 7) + std::string(12, '\7');
  const auto crc = masked(crc32c(std::string_view(content).substr(6)));
  for (int i = 0; i < 4; ++i)
    content[i] = static_cast<char>(crc >> 8 * i);
  const auto scan = scan_log(content, 4);
  REQUIRE(scan.foreign);
  const live_log log{"000004.log", scan};
  const auto verdict = judge_logs(0, {&log, 1});
  REQUIRE(!verdict);
  CHECK_THAT(verdict.error().what, Catch::Contains("000004.log at byte 0"));
}

} // namespace
} // namespace mpac::store
