#include "client/address.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using mpac::client::address;

TEST_CASE("a session's URL is taken apart") {
  const auto plain = address::of("ws://hub.example:8766/session/demo?tok=1#here");
  REQUIRE(plain);
  CHECK_FALSE(plain->is_encrypted);
  CHECK(plain->host == "hub.example");
  CHECK(plain->port == "8766");
  CHECK(plain->target == "/session/demo?tok=1");
  CHECK(plain->session == "demo");
  CHECK(plain->authority() == "hub.example:8766");

  const auto encrypted = address::of("wss://[::1]/x/session/demo");
  REQUIRE(encrypted);
  CHECK(encrypted->is_encrypted);
  CHECK(encrypted->host == "::1");
  CHECK(encrypted->port == "443");
  CHECK(encrypted->session.empty());
  CHECK(encrypted->authority() == "[::1]");

  CHECK(address::of("ws://h")->target == "/");
  CHECK(address::of("ws://h?a=b")->target == "/?a=b");
}

TEST_CASE("what is no address of a session is refused with its reason, and a password in it is repeated nowhere") {
  for (const auto* wrong :
       {"http://h/session/a", "ws://", "ws:///session/a", "ws://h:x/", "ws://h:123456/", "ws://h:65536/", "ws://[::1",
        "ws://me:secret@h/", "ws://h/session/a b", "ws://[::1]8766/"}) {
    INFO(wrong);
    const auto read = address::of(wrong);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().empty());
    CHECK(read.error().find("secret") == std::string::npos);
  }
}
