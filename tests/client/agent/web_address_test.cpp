#include "client/agent/web_address.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using mpac::client::agent::web_address;

TEST_CASE("a base URL is taken apart") {
  const auto plain = web_address::of("http://127.0.0.1:8080/proxy/");
  REQUIRE(plain);
  CHECK_FALSE(plain->is_encrypted);
  CHECK(plain->host == "127.0.0.1");
  CHECK(plain->port == "8080");
  CHECK(plain->path == "/proxy");
  CHECK(plain->authority() == "127.0.0.1:8080");

  const auto usual = web_address::of("https://api.anthropic.com");
  REQUIRE(usual);
  CHECK(usual->is_encrypted);
  CHECK(usual->port == "443");
  CHECK(usual->path.empty());
  CHECK(usual->authority() == "api.anthropic.com");

  const auto numbers = web_address::of("https://[::1]:9/a/b");
  REQUIRE(numbers);
  CHECK(numbers->host == "::1");
  CHECK(numbers->authority() == "[::1]:9");
}

TEST_CASE("what is no base URL is refused, and a password in it is repeated nowhere") {
  for (const char* url : {"", "api.anthropic.com", "ftp://x", "https://", "https://x:0x1", "https://x:99999",
                          "https://x?q", "https://x/#f", "https://[::1", "https://x y", "https://x\r\nHost: y"})
    CHECK_FALSE(web_address::of(url));
  const auto secret = web_address::of("https://me:hunter2@x");
  REQUIRE_FALSE(secret);
  CHECK(secret.error().find("hunter2") == std::string::npos);
}
