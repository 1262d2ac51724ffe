#include "tools/mpac/conform/scene.hpp"

#include "tests/support/catch_result.hpp"

using namespace mpac::tools::conform;

TEST_CASE("a session's place in the address is where the mark is, or what coordinators usually have") {
  CHECK(session_url("ws://h:1", "s")->target == "/session/s");
  CHECK(session_url("ws://h:1/", "s")->target == "/");
  CHECK(session_url("ws://h:1/rooms/{session}?v=1", "s")->target == "/rooms/s?v=1");
  CHECK(session_url("ws://h:1/fixed", "s")->target == "/fixed");
  CHECK(session_url("wss://h", "s")->is_encrypted);
  CHECK_FALSE(session_url("http://h", "s"));
}

TEST_CASE("names are fresh") {
  CHECK(fresh_name("a") != fresh_name("a"));
  CHECK(fresh_name("agent:a").starts_with("agent:a-"));
}
