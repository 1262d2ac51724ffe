#include "store/transcript_sorter.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <unistd.h>

using namespace mpac;
using protocol::transcript_entry;
using store::sorting_terms;
using store::transcript_sorter;

namespace {

std::string message(std::uint64_t lamport, int who, int instance, const std::string& filling) {
  return R"({"sender":{"principal_id":"p)" + std::to_string(who) + R"(","sender_instance_id":"i)" +
         std::to_string(instance) + R"("},"watermark":{"kind":"lamport_clock","value":)" + std::to_string(lamport) +
         R"(},"payload":")" + filling + "\"}";
}

struct told {
  std::vector<std::uint64_t> sequences;
  std::vector<std::string> texts;
};

/// Puts them in and takes them out again.
told sorted(transcript_sorter& sorter, const std::vector<transcript_entry>& entries) {
  for (const auto& entry : entries) {
    sorter.add(entry.sequence, entry.frame);
    for (bool more = true; more;)
      more = sorter.work().value();
  }
  REQUIRE(sorter.close().has_value());
  told all;
  for (;;) {
    std::string text;
    const auto sequence = sorter.next(text).value();
    if (!sequence)
      return all;
    all.sequences.push_back(*sequence);
    all.texts.push_back(std::move(text));
  }
}

told expected(std::vector<transcript_entry> entries) {
  protocol::sort_transcript(entries);
  told all;
  for (const auto& entry : entries) {
    all.sequences.push_back(entry.sequence);
    all.texts.emplace_back(entry.frame->payload());
  }
  return all;
}

std::size_t resident_bytes() {
  std::ifstream figures("/proc/self/statm");
  std::size_t whole = 0, resident = 0;
  figures >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_CASE("a transcript sorted on the disk is the one sorted in memory", "[9.6.3-02][9.6.3-03]") {
  const mpac::tests::temporary_folder folder;
  CHECK(rc::check("whatever stands in the messages, and however few fit into memory", [&] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 300);
    std::vector<transcript_entry> entries;
    for (std::size_t i = 0; i < count; ++i) {
      const auto kind = *rc::gen::inRange(0, 10);
      const std::string filling(*rc::gen::inRange<std::size_t>(0, 400), 'x');
      const auto text = kind == 0 ? "no JSON " + filling
                                  : message(*rc::gen::inRange<std::uint64_t>(0, 40), *rc::gen::inRange(0, 4),
                                            *rc::gen::inRange(0, 2), filling);
      entries.push_back({1 + i / 3, protocol::frame::of(text), 0, {}, {}});
    }
    sorting_terms terms;
    terms.run_bytes = *rc::gen::inRange<std::size_t>(1, 20'000);
    terms.runs_at_once = *rc::gen::inRange<std::size_t>(2, 5);
    terms.buffer_bytes = *rc::gen::inRange<std::size_t>(1, 300);
    transcript_sorter sorter(folder.path(), terms);
    const auto found = sorted(sorter, entries);
    const auto wanted = expected(entries);
    RC_ASSERT(found.sequences == wanted.sequences);
    RC_ASSERT(found.texts == wanted.texts);
  }));
}

TEST_CASE("a transcript of any length is sorted with the same memory", "[9.6.3-01][9.6.3-03]") {
  constexpr std::size_t megabyte = 1024 * 1024;
  constexpr std::uint64_t count = 200'000;
  const mpac::tests::temporary_folder folder;
  transcript_sorter sorter(folder.path());
  store::number_spool sequences(folder.path());
  std::minstd_rand dice(7);
  const std::string filling(400, 'x');
  const auto at_first = resident_bytes();
  std::size_t most_held = 0, most_resident = 0;
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 1; i <= count; ++i) {
    // Some clocks run far behind the others.
    const auto who = static_cast<int>(dice() % 8);
    const auto lamport = who == 0 ? i / 100 + 1 : i + dice() % 50;
    sorter.add(i, protocol::frame::of(message(lamport, who, 0, filling)));
    most_held = std::max(most_held, sorter.bytes_held());
    for (bool more = true; more;) {
      more = sorter.work().value();
      most_held = std::max(most_held, sorter.bytes_held());
    }
    if (i % 10'000 == 0)
      most_resident = std::max(most_resident, resident_bytes());
  }
  REQUIRE(sorter.close().has_value());
  std::uint64_t told = 0, sum = 0;
  protocol::transcript_order order;
  transcript_entry last;
  for (;; ++told) {
    std::string text;
    const auto sequence = sorter.next(text).value();
    if (!sequence)
      break;
    bytes += text.size();
    sum += *sequence;
    transcript_entry entry{*sequence, protocol::frame::of(text), 0, {}, {}};
    order.place(entry);
    if (told != 0)
      REQUIRE(std::tie(last.lamport, last.principal_id, last.sender_instance_id, last.sequence) <
              std::tie(entry.lamport, entry.principal_id, entry.sender_instance_id, entry.sequence));
    last = std::move(entry);
    REQUIRE(sequences.put(*sequence).has_value());
    most_held = std::max(most_held, sorter.bytes_held());
    if (told % 10'000 == 0)
      most_resident = std::max(most_resident, resident_bytes());
  }
  CHECK(told == count);
  CHECK(sum == count * (count + 1) / 2);
  CHECK(bytes > 80 * megabyte);
  CHECK(most_held < 3 * megabyte);
  CHECK(most_resident < at_first + 16 * megabyte);
  CHECK(std::filesystem::is_empty(folder.path())); // what was written has no name
  std::uint64_t counted = 0;
  while (sequences.take().value())
    ++counted;
  CHECK(counted == count);
}

TEST_CASE("a short transcript touches no disk", "[9.6.3-01]") {
  const mpac::tests::temporary_folder folder;
  transcript_sorter sorter(folder.path() / "scratch");
  CHECK(sorted(sorter, {{1, protocol::frame::of(message(2, 1, 1, "")), 0, {}, {}},
                        {2, protocol::frame::of(message(1, 1, 1, "")), 0, {}, {}}})
            .sequences == std::vector<std::uint64_t>{2, 1});
  CHECK(sorter.bytes_on_disk() == 0);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "scratch"));
}

TEST_CASE("where nothing can be written, a long transcript says so", "[9.6.3-01]") {
  const mpac::tests::temporary_folder folder;
  std::ofstream(folder.path() / "file") << "no folder";
  sorting_terms terms;
  terms.run_bytes = 1;
  transcript_sorter sorter(folder.path() / "file", terms);
  sorter.add(1, protocol::frame::of(message(1, 1, 1, "")));
  const auto done = sorter.work();
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().what.find("cannot make") != std::string::npos);
}

TEST_CASE("numbers come back in their order, many or few", "[9.6.3-01]") {
  const mpac::tests::temporary_folder folder;
  for (const std::uint64_t count : {0, 1, 4095, 4096, 4097, 20'000}) {
    store::number_spool spool(folder.path());
    for (std::uint64_t i = 0; i < count; ++i)
      REQUIRE(spool.put(i * i).has_value());
    std::uint64_t taken = 0;
    for (auto number = spool.take().value(); number; number = spool.take().value(), ++taken)
      REQUIRE(*number == taken * taken);
    CHECK(taken == count);
  }
}
