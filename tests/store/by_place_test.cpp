#include "store/by_place.hpp"

#include "store/encoding.hpp"
#include "tests/store/invented.hpp"
#include "tests/store/places.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <rapidcheck.h>

using namespace mpac;
using namespace mpac::tests;

namespace {

/// A record of some day, and what became of it.
struct early_record {
  std::string name;
  std::uint32_t count = 1;
};
struct later_record {
  std::string name;
  std::uint32_t count = 1;
  std::vector<std::string> notes = std::vector<std::string>(1, "none"); // a list in braces confuses g++ 12 here
  bool is_new = true;
};

template <class T>
T read(const std::string& bytes) {
  store::byte_reader from(bytes);
  T value = store::blank<T>();
  if (!store::code<T>::take(from, value))
    FAIL(from.why().what);
  CHECK(from.at_end());
  return value;
}

template <class T>
std::string fault_of(const std::string& bytes) {
  store::byte_reader from(bytes);
  T value = store::blank<T>();
  return store::code<T>::take(from, value) ? "" : from.why().what;
}

} // namespace

TEST_CASE("members that were not there yet are read at their defaults") {
  const auto now = read<std::vector<later_record>>(bytes_of(std::vector<early_record>{{"one", 2}, {"two", 3}}));
  REQUIRE(now.size() == 2);
  CHECK(now[1].name == "two");
  CHECK(now[1].count == 3);
  CHECK(now[1].notes == std::vector<std::string>{"none"});
  CHECK(now[1].is_new);
}

TEST_CASE("members of a later day are skipped") {
  const auto then = read<std::vector<early_record>>(
      bytes_of(std::vector<later_record>{{"one", 2, {std::string(500, 'x')}, false}, {"two", 3, {}, true}}));
  REQUIRE(then.size() == 2);
  CHECK(then[0].name == "one");
  CHECK(then[1].name == "two");
  CHECK(then[1].count == 3);
}

TEST_CASE("numbers of every size take what they need and come back") {
  CHECK(bytes_of(std::uint64_t{127}).size() == 1);
  CHECK(bytes_of(std::uint64_t{128}).size() == 2);
  CHECK(bytes_of(base::never).size() == 1);
  CHECK(bytes_of(base::instant{}).size() == 1);
  for (const auto when : {base::never, base::instant{}, base::instant{base::duration{-1}}})
    CHECK(read<base::instant>(bytes_of(when)) == when);
  for (int shift = 0; shift < 64; ++shift)
    for (const auto number : {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1, ~std::uint64_t{0} >> shift}) {
      CHECK(read<std::uint64_t>(bytes_of(number)) == number);
      const auto signed_one = static_cast<std::int64_t>(number);
      CHECK(read<std::int64_t>(bytes_of(signed_one)) == signed_one);
    }
}

TEST_CASE("what no value says is refused, with the byte at which it stands") {
  CHECK(fault_of<bool>("\2") == "neither yes nor no, at byte 1");
  CHECK(fault_of<protocol::priority>("\4") == "number 4 of a list that ends with 3, at byte 1");
  CHECK(fault_of<protocol::scope_kind>("\6") == "");
  CHECK(fault_of<protocol::scope_kind>("\7") == "number 7 of a list that ends with 6, at byte 1");
  CHECK(fault_of<std::uint64_t>(std::string(10, '\xff')) == "a number of more than 64 bits, at byte 10");
  CHECK(fault_of<std::uint32_t>("\xff\xff\xff\xff\x7f") == "the number 34359738367 is too large, at byte 5");
  CHECK(fault_of<std::string>("\5text") == "a length of 5 where 4 bytes are left, at byte 1");
  CHECK(fault_of<base::duration>(bytes_of(std::int64_t{1} << 62)) == "a time beyond all calendars, at byte 10");
  CHECK(fault_of<double>(bytes_of(std::numeric_limits<double>::infinity())) == "a number that is none, at byte 8");
  CHECK(fault_of<protocol::workspace_file>("\1\xff") == "a file that is not UTF-8, at byte 2");
  CHECK(fault_of<early_record>(std::string(1, '\0')) == "a record without any member, at byte 1");
  CHECK(fault_of<protocol::event>("\x7f") == "kind 127, of which nothing is known here, at byte 1");
}

TEST_CASE("few bytes that claim to hold many things are refused before they take memory") {
  // Two bytes a conflict, each seven hundred in memory.
  constexpr std::size_t many = 1'000'000;
  std::string bytes;
  store::byte_writer to(bytes);
  to.number(many);
  for (std::size_t i = 0; i < many; ++i)
    to.text(std::string_view("\0", 1));
  CHECK(fault_of<std::vector<protocol::conflict_record>>(bytes) == "more things than so few bytes may hold, at byte 3");
  CHECK(fault_of<std::vector<std::string>>(std::string("\x64") + std::string(100, '\0')) == "");
}

TEST_CASE("whatever a decision or a session holds comes back") {
  CHECK(rc::check("events", [](std::uint32_t seed) {
    inventor dice(seed);
    std::vector<protocol::event> events;
    dice.invent(events);
    const auto bytes = bytes_of(events);
    RC_ASSERT(bytes_of(read<std::vector<protocol::event>>(bytes)) == bytes);
  }));
  CHECK(rc::check("images", [](std::uint32_t seed) {
    protocol::session_image image;
    inventor(seed).invent(image);
    const auto bytes = store::encode(image);
    const auto again = store::decode_image(bytes);
    RC_ASSERT(again.has_value());
    RC_ASSERT(store::encode(*again) == bytes);
  }));
}

TEST_CASE("whatever happened to bytes that were good, reading them ends well") {
  CHECK(rc::check("images", [](std::uint32_t seed) {
    inventor dice(seed);
    protocol::session_image image;
    dice.invent(image);
    auto bytes = store::encode(image);
    for (auto left = dice.below(8) + 1; left > 0; --left)
      bytes[dice.below(bytes.size())] = static_cast<char>(dice.below(256));
    const auto again = store::decode_image(bytes);
    const bool ends_well = again || again.error().what.find(", at byte ") != std::string::npos;
    RC_ASSERT(ends_well);
  }));
}
