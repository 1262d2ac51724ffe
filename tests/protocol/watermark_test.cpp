// Watermarks of all kinds and how they compare (SPEC 12.2 to 12.4).
#include "protocol/watermark.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

using namespace mpac::protocol;

namespace {

watermark of_kind(std::string_view word, std::optional<std::uint64_t> lamport_value) {
  watermark w;
  w.kind = watermark_kind_of(word);
  w.kind_text = word;
  w.raw_value = R"({"alice":3})";
  w.lamport_value = lamport_value;
  return w;
}

} // namespace

TEST_CASE("the four kinds of watermarks are known, others are kept", "[12.2-01][12.2-02][12.2-03][12.2-04][12.3-03]") {
  CHECK(watermark_kind_of("lamport_clock") == watermark_kind::lamport_clock);
  CHECK(watermark_kind_of("vector_clock") == watermark_kind::vector_clock);
  CHECK(watermark_kind_of("causal_frontier") == watermark_kind::causal_frontier);
  CHECK(watermark_kind_of("opaque") == watermark_kind::opaque);
  CHECK(watermark_kind_of("hybrid_clock") == watermark_kind::unknown);
  CHECK(watermark_kind_of("Lamport_Clock") == watermark_kind::unknown);
}

TEST_CASE("a lower Lamport value is earlier, an equal one is concurrent", "[12.3-01][12.3-02]") {
  CHECK(compare(lamport_watermark(3), lamport_watermark(5)) == causal_order::before);
  CHECK(compare(lamport_watermark(5), lamport_watermark(3)) == causal_order::after);
  CHECK(compare(lamport_watermark(4), lamport_watermark(4)) == causal_order::concurrent);
  CHECK(compare(lamport_watermark(0), lamport_watermark(largest_counter)) == causal_order::before);
}

TEST_CASE("other kinds are compared through lamport_value", "[12.3-04][12.3-05][12.4-01]") {
  CHECK(lamport_of(of_kind("vector_clock", 8)) == 8);
  CHECK(compare(of_kind("vector_clock", 8), lamport_watermark(9)) == causal_order::before);
  CHECK(compare(of_kind("opaque", 8), of_kind("tree_clock", 7)) == causal_order::after);
}

TEST_CASE("a watermark that can't be read has no order", "[12.4-02]") {
  CHECK_FALSE(lamport_of(of_kind("causal_frontier", std::nullopt)));
  CHECK(compare(of_kind("causal_frontier", std::nullopt), lamport_watermark(1)) == causal_order::concurrent);
}

TEST_CASE("the baseline kind counts by its value even beside a lamport_value", "[12.3-01]") {
  auto w = lamport_watermark(4);
  w.lamport_value = 9;
  CHECK(lamport_of(w) == 4);
}

TEST_CASE("values beyond 2^53-1 and missing ones are named", "[O-007][12.3-01]") {
  CHECK_FALSE(problems(lamport_watermark(largest_counter)));
  CHECK(problems(lamport_watermark(largest_counter + 1)) == "watermark.value is beyond 2^53-1");
  CHECK(problems(of_kind("opaque", largest_counter + 1)) == "watermark.lamport_value is beyond 2^53-1");
  CHECK_FALSE(problems(of_kind("opaque", std::nullopt)));
  watermark empty;
  CHECK(problems(empty) == "watermark.value is not a non-negative integer");
  empty.kind_text.clear();
  CHECK(problems(empty) == "watermark.kind is empty");
  auto bare = of_kind("vector_clock", 3);
  bare.raw_value.clear();
  CHECK(problems(bare) == "watermark.value is missing");
}

TEST_CASE("comparing the other way round turns the order round", "[12.3-02]") {
  CHECK(rc::check([](bool is_readable) {
    const auto value = rc::gen::inRange<std::uint64_t>(0, 5);
    const auto a = lamport_watermark(*value);
    const auto b = of_kind("opaque", is_readable ? std::optional(*value) : std::nullopt);
    const auto there = compare(a, b), back = compare(b, a);
    RC_ASSERT((there == causal_order::before) == (back == causal_order::after));
    RC_ASSERT((there == causal_order::concurrent) == (back == causal_order::concurrent));
  }));
}
