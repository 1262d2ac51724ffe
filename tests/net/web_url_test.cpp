#include "net/web_url.hpp"

#include "tests/support/catch_result.hpp"

using namespace mpac::net;

TEST_CASE("a web address is taken apart") {
  const auto url = read_web_url("https://idp.example/v?x=1", web_schemes::http);
  REQUIRE(url);
  CHECK(url->is_encrypted);
  CHECK(url->host == "idp.example");
  CHECK(url->port == "443");
  CHECK(url->authority == "idp.example");
  CHECK(url->target == "/v?x=1");
  const auto by_number = read_web_url("ws://[::1]:81", web_schemes::websocket);
  REQUIRE(by_number);
  CHECK_FALSE(by_number->is_encrypted);
  CHECK(by_number->host == "::1");
  CHECK(by_number->port == "81");
  CHECK(read_web_url("http://h?q", web_schemes::http)->target == "/?q");
  CHECK(read_web_url("wss://h", web_schemes::websocket)->port == "443");
}

TEST_CASE("what is no web address is refused with what is wrong") {
  for (const char* bad : {"", "h", "ftp://h", "ws://h", "http://", "http://:80", "http://u:p@h/", "http://h:0",
                          "http://h:65536", "http://h:x", "http://h:", "http://[::1", "http://[::1]x", "http://h/#f",
                          "http://h/ x", "http://h/\r\nX: y", "https://h:80:80/", "http://h\xc3\xa9/"})
    CHECK_FALSE(read_web_url(bad, web_schemes::http));
  CHECK(read_web_url("http://h", web_schemes::websocket).error() == "must begin with ws:// or wss://");
}
