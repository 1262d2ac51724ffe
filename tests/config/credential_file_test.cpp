#include "config/credential_file.hpp"

#include "protocol/timestamp.hpp"
#include "tests/config/loading.hpp"

using namespace mpac;
using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

std::vector<credential_entry> entries(std::string text) {
  const auto read = read_credential_file({"keys.toml", std::move(text)}, "key");
  if (!read)
    for (const auto& each : read.error())
      UNSCOPED_INFO(to_string(each));
  REQUIRE(read.has_value());
  return *read;
}

lines refused(std::string text) {
  const auto read = read_credential_file({"keys.toml", std::move(text)}, "key");
  lines all;
  if (!read)
    for (const auto& each : read.error())
      all.push_back(to_string(each));
  return all;
}

} // namespace

TEST_CASE("entries of a registry of credentials are read with what they grant", "[23.1.4-05][23.1.4-06]") {
  const auto all = entries("[[key]]\nsha256 = \"ab\"\nprincipal_id = \"agent:alice\"\nroles = [\"owner\"]\n"
                           "sessions = [\"s\", \"*\"]\ntenant = \"acme\"\nexpires_at = \"2030-01-31T12:00:00+01:00\"\n"
                           "[[key]]\nsha256 = \"cd\"\nprincipal_id = \"agent:bob\"\nroles = []\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].sha256 == "ab");
  CHECK(all[0].sha256_at.line == 2);
  CHECK(all[0].principal_id == "agent:alice");
  CHECK(all[0].roles == lines{"owner"});
  CHECK(all[0].sessions == lines{"s", "*"});
  CHECK(all[0].tenant == "acme");
  CHECK(all[0].expires_at == *protocol::parse_timestamp("2030-01-31T11:00:00Z"));
  CHECK(all[1].roles == lines{});
  CHECK_FALSE(all[1].sessions);
  CHECK(all[1].tenant.empty());
  CHECK(all[1].expires_at == base::never);
  CHECK(entries("").empty());
  CHECK(entries("key = []").empty());
}

TEST_CASE("every mistake in a registry of credentials is told with its place") {
  CHECK(refused("[[key]]\nsha256 = 7\nprincipal_id = \"\"\nrolls = [\"owner\"]\nsessions = [\"a/b\"]\n"
                "expires_at = 2030-01-31T12:00:00Z\n[[kee]]\n[[key]]\n") ==
        lines{"keys.toml:7:3: kee: unknown key; did you mean \"key\"?",
              "keys.toml:6:14: key[0].expires_at: must be a time in quotes, such as \"2030-01-31T12:00:00Z\", not a "
              "date or time",
              "keys.toml:3:16: key[0].principal_id: must be text that is not empty, not \"\"",
              "keys.toml:4:1: key[0].rolls: unknown key; did you mean \"key[0].roles\"?",
              "keys.toml:5:13: key[0].sessions: must be a session id or \"*\", not \"a/b\"",
              "keys.toml:2:10: key[0].sha256: must be text", "keys.toml:8:1: key[1].sha256: is missing",
              "keys.toml:8:1: key[1].principal_id: is missing"});
  CHECK(refused("key = 1") == lines{"keys.toml:1:7: key: must be a list of tables: [[key]]"});
  CHECK(refused("key = [1]") == lines{"keys.toml:1:8: key[0]: must be a section, not an integer"});
  CHECK(refused("[[key]").front().starts_with("keys.toml:1:"));
}
