#include "protocol/recent_messages.hpp"

#include "tests/support/catch.hpp"

#include <chrono>
#include <string>

using namespace mpac;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

constexpr base::instant start{};

const principal_id alice("agent:alice"), bob("agent:bob"), anybody;

message_id number(int n) {
  return message_id("message-" + std::to_string(n));
}

} // namespace

TEST_CASE("a message id is known by its sender alone", "[23.1.2-07]") {
  recent_messages seen;
  seen.remember({start + 1s, alice, number(1)}, start);
  CHECK(seen.has(alice, number(1)));
  CHECK_FALSE(seen.has(bob, number(1)));
  CHECK_FALSE(seen.has(alice, number(2)));
  CHECK_FALSE(seen.has(principal_id(number(1).str()), message_id(alice.str())));
}

TEST_CASE("an id restored without its sender is nobody's to use, until its time is over", "[23.1.2-11]") {
  recent_messages seen;
  seen.remember({start + 1s, anybody, number(1)}, start);
  seen.remember({start + 3s, bob, number(2)}, start);
  seen.remember({start + 5s, anybody, number(7)}, start);
  CHECK(seen.has(alice, number(1)));
  CHECK(seen.has(bob, number(1)));
  seen.remember({start + 4s, bob, number(3)}, start + 2s);
  CHECK_FALSE(seen.has(alice, number(1)));
  CHECK(seen.has(bob, number(2)));
  CHECK(seen.has(alice, number(7))); // another of them is still known
  CHECK(seen.size() == 3);
}

TEST_CASE("messages are forgotten oldest first, and one that is known stays as it is", "[23.1.2-07]") {
  recent_messages seen;
  for (int n = 0; n < 1000; ++n)
    seen.remember({start + std::chrono::seconds(n), n % 2 ? alice : bob, number(n)}, start);
  seen.remember({start + 2000s, bob, number(10)}, start);
  CHECK(seen.size() == 1000);
  auto moved = std::move(seen);
  moved.remember({start + 2000s, alice, number(1000)}, start + 501s);
  CHECK(moved.size() == 500);
  CHECK_FALSE(moved.has(bob, number(10)));
  CHECK_FALSE(moved.has(bob, number(500)));
  CHECK(moved.has(alice, number(501)));
  CHECK(moved.has(alice, number(1000)));
  const auto all = moved.all();
  REQUIRE(all.size() == 500);
  CHECK(all.front().message == number(501));
  CHECK(all.back().message == number(1000));
}
