#include "tools/mpac/participant_options.hpp"

#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace mpac;
using namespace mpac::tools;

namespace {

struct desk {
  mpac::tests::temporary_folder folder;
  participant_access access;
  std::ostringstream out, err;
  console with{out, err};

  desk() {
    access.url = "wss://hub.example:8766";
    access.session = "demo";
    access.name = "alice";
  }
  [[nodiscard]] std::string put(const std::string& name, const std::string& text, unsigned mode = 0600) const {
    const auto path = folder.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, std::filesystem::perms{mode});
    return path.string();
  }
  [[nodiscard]] std::string mistake() const {
    const auto made = participant_options(access, with);
    REQUIRE_FALSE(made);
    return made.error();
  }
};

const std::string key = "sha256:" + std::string(64, 'a');

} // namespace

TEST_CASE("what a participant shows and whom it believes comes from files") {
  desk at;
  at.access.client_certificate_file = at.put("me.pem", "certificate");
  at.access.client_key_file = at.put("me.key", "key");
  at.access.participant_ca_file = at.put("others.pem", "authorities");
  at.access.headers_file = at.put("headers", "X-Way: left : right\r\n\nAuthorization:Basic abc=\n");
  at.access.coordinator_key = key;
  const auto made = participant_options(at.access, at.with);
  REQUIRE(made);
  CHECK(made->tls.client_certificate == "certificate");
  CHECK(made->tls.client_key == "key");
  CHECK(made->trust.participant_authorities == "authorities");
  CHECK(made->trust.coordinator_key == key);
  REQUIRE(made->headers.size() == 2);
  CHECK(made->headers[0] == std::pair<std::string, std::string>("X-Way", "left : right"));
  CHECK(made->headers[1] == std::pair<std::string, std::string>("Authorization", "Basic abc="));
}

TEST_CASE("what can't be used of it is named") {
  desk at;
  SECTION("a certificate without its key") {
    at.access.client_certificate_file = at.put("me.pem", "certificate");
    CHECK(at.mistake().find("go together") != std::string::npos);
  }
  SECTION("a key that others can read") {
    at.access.client_certificate_file = at.put("me.pem", "certificate");
    at.access.client_key_file = at.put("me.key", "key", 0644);
    CHECK(at.mistake().find("me.key") != std::string::npos);
  }
  SECTION("authorities of which there are none") {
    at.access.ca_file = at.put("hub.pem", "");
    CHECK(at.mistake().find("hub.pem is empty") != std::string::npos);
  }
  SECTION("headers that others can read") {
    at.access.headers_file = at.put("headers", "Authorization: Basic abc\n", 0644);
    CHECK(at.mistake().find("headers") != std::string::npos);
  }
  SECTION("what is no digest") {
    for (const auto& wrong : {key + "a", key.substr(1), "sha256:" + std::string(64, 'G'), std::string("a")}) {
      at.access.coordinator_key = wrong;
      CHECK(at.mistake().find("--coordinator-key") != std::string::npos);
    }
  }
  SECTION("lines that are no headers, without what they hold") {
    for (const auto* wrong :
         {"secret", ": secret", "a b: secret", "Name:", "Name: sec\x01ret", "Name: \xc3\xa4secret"}) {
      at.access.headers_file = at.put("headers", std::string("Good: one\n") + wrong + "\n");
      CHECK(at.mistake().find("line 2") != std::string::npos);
      CHECK(at.mistake().find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("secrets that would cross a network in clear are warned of, not those that stay here or are none") {
  desk at;
  at.access.credential_file = at.put("token", "secret");
  const auto warned = [&](const std::string& url) {
    at.access.url = url;
    at.err.str({});
    REQUIRE(participant_options(at.access, at.with));
    CHECK(at.err.str().find("secret") == std::string::npos);
    return at.err.str();
  };
  CHECK(warned("ws://hub.example:8766").find("the credential goes to hub.example unencrypted") != std::string::npos);
  CHECK_FALSE(warned("ws://127.0.0.1.example").empty());
  for (const auto* unread : {"wss://hub.example", "ws://127.0.0.1:8766", "ws://LocalHost", "ws://[::1]:8766"})
    CHECK(warned(unread).empty());
  at.access.credential_type = "x509_chain";
  CHECK(warned("ws://hub.example").empty());
  at.access.headers_file = at.put("headers", "Authorization: Basic abc\n");
  CHECK(warned("ws://hub.example").find("headers go to hub.example") != std::string::npos);
}
