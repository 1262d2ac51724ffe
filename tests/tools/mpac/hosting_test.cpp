#include "tools/mpac/guest_keys.hpp"
#include "tools/mpac/hosting.hpp"

#include "config/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <iterator>

namespace mpac::tools {
namespace {

namespace fs = std::filesystem;

hosting on(std::string address) {
  hosting what;
  what.directory = "/home/ann/my \"project\"";
  what.session = "demo.x";
  what.data_dir = "/home/ann/data";
  what.address = std::move(address);
  return what;
}

TEST_CASE("a guest is a name, with roles if they are others than a contributor's", "[host]") {
  CHECK(read_guest("bob")->principal_id == "agent:bob");
  CHECK(read_guest("bob")->roles == std::vector<std::string>{"contributor"});
  CHECK(read_guest("human:carol=reviewer,owner")->principal_id == "human:carol");
  CHECK(read_guest("human:carol=reviewer,owner")->roles == std::vector<std::string>{"reviewer", "owner"});
  for (const auto* text : {"", "=owner", "bob=", "bob=king", "bob=owner,", "a b", "a\"b"})
    CHECK_FALSE(read_guest(text));
}

TEST_CASE("the hub is told of one session with its files, and makes no other", "[host]") {
  auto what = on("127.0.0.1");
  const auto settings = config::load({{}, {}, settings_of(what)});
  REQUIRE(settings);
  CHECK(settings->session.create == config::session_creation::admin_only);
  CHECK(settings->session.workspace_dir.empty());
  REQUIRE(settings->sessions.contains("demo.x"));
  CHECK(settings->sessions.at("demo.x").workspace_dir == what.directory);
  CHECK_FALSE(settings->admin.enabled);
  CHECK(settings->listen.address == "127.0.0.1");
}

TEST_CASE("with guests named, the session wants a proof", "[host]") {
  auto what = on("0.0.0.0");
  what.guests = {{"agent:bob"}};
  what.api_keys_file = "/home/ann/api-keys.toml";
  const auto settings = config::load({{}, {}, settings_of(what)});
  REQUIRE(settings);
  CHECK(settings->sessions.at("demo.x").policy.security_profile == protocol::security_profile::authenticated);
  CHECK(settings->auth.api_keys_file == what.api_keys_file);
}

TEST_CASE("settings of its user's come last", "[host]") {
  auto what = on("127.0.0.1");
  what.more_settings = {"log.level=\"debug\"", "listen.port=9"};
  CHECK(config::load({{}, {}, settings_of(what)})->listen.port == 9);
  what.more_settings = {"listen.prot=9"};
  CHECK_FALSE(config::load({{}, {}, settings_of(what)}));
}

TEST_CASE("what is open to everybody, or readable on the way, is said; loopback is neither", "[host]") {
  for (const auto* here : {"127.0.0.1", "::1", "127.9.9.9", "localhost"})
    CHECK(dangers_of(on(here)).empty());
  for (const auto* there : {"0.0.0.0", "::", "192.168.1.5", "somewhere.example"}) {
    auto what = on(there);
    CHECK(dangers_of(what).size() == 2);
    what.guests = {{"agent:bob"}};
    REQUIRE(dangers_of(what).size() == 1);
    CHECK_THAT(dangers_of(what).front(), Catch::StartsWith("WITHOUT TLS"));
    what.tls_certificate = "hub.pem";
    CHECK(dangers_of(what).empty());
    what.guests.clear();
    REQUIRE(dangers_of(what).size() == 1);
    CHECK_THAT(dangers_of(what).front(), Catch::StartsWith("EVERYBODY"));
  }
}

TEST_CASE("a session's name is the folder's, and something nobody guesses", "[host]") {
  const auto one = session_for("/home/ann/my project (2)"), other = session_for("/home/ann/my project (2)");
  CHECK_THAT(one, Catch::StartsWith("my-project--2--"));
  CHECK(one != other);
  CHECK(config::is_session_id(one));
  CHECK(config::is_session_id(session_for("/")));
  CHECK(config::is_session_id(session_for("/" + std::string(200, 'x'))));
}

TEST_CASE("a guest's line has what a shell needs", "[host]") {
  auto what = on("::");
  CHECK(line_for_guest(url_of(true, "fe80::1", 8766), what, "bob", "agent-bob.key") ==
        "mpac join wss://[fe80::1]:8766 demo.x --name bob --credential-type api_key --credential-file agent-bob.key");
  CHECK(key_file_name("human:../../x") == "human-..-..-x.key");
  CHECK(reachable_at("192.168.1.5") == std::vector<std::string>{"192.168.1.5"});
  CHECK_FALSE(reachable_at("0.0.0.0").empty());
}

TEST_CASE("guests keep the keys they were given; the hub's file has hashes alone", "[host]") {
  const tests::temporary_folder folder;
  const auto hashes = folder.path() / "api-keys.toml";
  const auto write = [&](std::vector<guest> guests) {
    return write_guest_keys(guests, "demo", folder.path() / "guests", hashes, {"service:host", {"observer"}}, "own");
  };
  const auto text_of = [](const fs::path& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto first = write({{"agent:bob"}});
  REQUIRE(first);
  CHECK(first->front().is_new);
  CHECK(fs::status(first->front().file).permissions() == fs::perms(0600));
  const auto key = text_of(first->front().file);
  const auto again = write({{"agent:bob"}, {"human:carol", {"reviewer"}}});
  REQUIRE(again);
  CHECK_FALSE(again->front().is_new);
  CHECK(again->back().is_new);
  CHECK(text_of(first->front().file) == key);
  CHECK_THAT(text_of(hashes), !Catch::Contains(key.substr(0, key.size() - 1)));
  CHECK_THAT(text_of(hashes), Catch::Contains("human:carol"));

  fs::permissions(first->front().file, fs::perms(0644));
  CHECK_FALSE(write({{"agent:bob"}})); // somebody else may have read it
}

} // namespace
} // namespace mpac::tools
