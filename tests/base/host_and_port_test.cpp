#include "base/host_and_port.hpp"

#include "tests/support/catch_result.hpp"

using namespace mpac::base;

TEST_CASE("host and port are taken apart, and put together again") {
  struct row {
    const char *place, *host, *port, *authority;
  };
  for (const auto& [place, host, port, authority] : {
           row{"hub.example", "hub.example", "80", "hub.example"},
           row{"hub.example:8766", "hub.example", "8766", "hub.example:8766"},
           row{"hub.example:80", "hub.example", "80", "hub.example"},
           row{"[::1]", "::1", "80", "[::1]"},
           row{"[2001:db8::1]:65535", "2001:db8::1", "65535", "[2001:db8::1]:65535"},
       }) {
    const auto read = host_and_port::of(place, usual_port(false));
    REQUIRE(read);
    CHECK(read->host == host);
    CHECK(read->port == port);
    CHECK(read->authority(usual_port(false)) == authority);
  }
}

TEST_CASE("what names no host and port is refused, and not repeated") {
  for (const char* wrong : {"", ":80", "[]", "[::1", "[::1]x", "secret@h", "h:", "h:0", "h:65536", "h:x", "h:80:80"}) {
    const auto read = host_and_port::of(wrong, usual_port(true));
    REQUIRE_FALSE(read);
    CHECK(read.error().find("secret") == std::string::npos);
  }
}

TEST_CASE("this machine is known by its addresses and by its name, not by what begins like them") {
  for (const char* here : {"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1"})
    CHECK(is_this_machine(here));
  for (const char* elsewhere : {"", "localhost.example", "127.0.0.1.example", "128.0.0.1", "0.0.0.0", "::", "hub"})
    CHECK_FALSE(is_this_machine(elsewhere));
}
