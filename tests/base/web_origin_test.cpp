#include "base/web_origin.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::base;

namespace {

bool serves(const char* host, const char* page, bool is_encrypted = false) {
  const auto origin = web_origin::of(page);
  REQUIRE(origin);
  return origin->is_served_by(host, is_encrypted);
}

} // namespace

TEST_CASE("an origin is taken apart, in small letters and with the port that goes without saying") {
  const auto read = web_origin::of("HTTPS://Hub.Example");
  REQUIRE(read);
  CHECK(read->scheme == "https");
  CHECK(read->at.host == "hub.example");
  CHECK(read->at.port == "443");
  CHECK(read == web_origin::of("https://hub.example:443"));
  CHECK(read != web_origin::of("https://hub.example:8443"));
  CHECK(read != web_origin::of("http://hub.example"));
  CHECK(web_origin::of("http://[::1]:8766")->at.host == "::1");
  CHECK(web_origin::of("vscode-webview://0a1b2c")->at.port.empty());
}

TEST_CASE("what is no origin is none") {
  for (const char* wrong : {"", "null", "hub.example", "//hub.example", "://hub.example", "https://", "https:///",
                            "https://hub.example/", "https://hub.example/path", "https://hub.example?x", "https://a b",
                            "https://you@hub.example", "https://hub.example:0", "1https://hub.example", "a b://hub"})
    CHECK_FALSE(web_origin::of(wrong));
}

TEST_CASE("a page is of the server's own site when its authority is what the server was asked as") {
  CHECK(serves("127.0.0.1:8767", "http://127.0.0.1:8767"));
  CHECK(serves("LOCALHOST:8767", "http://localhost:8767"));
  CHECK(serves("[::1]:8767", "http://[::1]:8767"));
  CHECK(serves("hub.example:80", "http://hub.example"));
  CHECK(serves("hub.example", "http://hub.example:80"));
  CHECK(serves("hub.example", "https://hub.example")); // TLS ends before it
  for (const char* other : {"hub.example", "127.0.0.1", "127.0.0.1:8766", "localhost:8767", "127.0.0.1:8767.example",
                            "", "127.0.0.1:8767/", "x@127.0.0.1:8767"})
    CHECK_FALSE(serves(other, "http://127.0.0.1:8767"));
}

TEST_CASE("a server that encrypts is not of the site of a page that came in the clear") {
  CHECK(serves("hub.example", "https://hub.example", true));
  CHECK(serves("hub.example:443", "https://hub.example", true));
  CHECK_FALSE(serves("hub.example", "http://hub.example", true));
  CHECK_FALSE(serves("hub.example:8766", "http://hub.example:8766", true));
}
