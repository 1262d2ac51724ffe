#include "config/arguments.hpp"

#include "tests/config/loading.hpp"

#include <fstream>

using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

const char* const nothing[] = {nullptr};

std::variant<run, leave> start(std::vector<const char*> values, const char* const* environment = nothing) {
  values.insert(values.begin(), "mpac-cluster");
  return prepare(static_cast<int>(values.size()), values.data(), environment, "1.2.3");
}

leave left(const std::variant<run, leave>& outcome) {
  REQUIRE(std::holds_alternative<leave>(outcome));
  return std::get<leave>(outcome);
}

settings configuration(const std::variant<run, leave>& outcome) {
  if (const auto* reason = std::get_if<leave>(&outcome))
    UNSCOPED_INFO(reason->text);
  REQUIRE(std::holds_alternative<run>(outcome));
  return std::get<run>(outcome).configuration;
}

const std::string shipped = std::string{MPAC_SOURCE_DIR} + "/config/cluster.toml";

} // namespace

TEST_CASE("without arguments the hub runs on the built-in defaults") {
  CHECK(configuration(start({})) == settings{});
}

TEST_CASE("--generate-key makes a key for the configured node unless told otherwise", "[23.1.3.1-01]") {
  const auto usual = start({"--generate-key", "--set", "node.name=\"hub-7\""});
  CHECK(configuration(usual).node.name == "hub-7");
  const auto key = std::get<run>(usual).given.key.value();
  CHECK(key.out_dir == ".");
  CHECK(key.type == "ed25519");
  CHECK(key.common_name.empty());
  CHECK(key.valid_days == 3650);
  const auto other = std::get<run>(start({"--generate-key", "--out-dir", "keys", "--key-type", "p256", "--common-name",
                                          "hub x", "--valid-days=30"}))
                         .given.key.value();
  CHECK(other.out_dir == "keys");
  CHECK(other.type == "p256");
  CHECK(other.common_name == "hub x");
  CHECK(other.valid_days == 30);
  CHECK_FALSE(std::get<run>(start({})).given.key);

  CHECK(left(start({"--generate-key", "--key-type", "rsa"})).code == exit_bad_configuration);
  CHECK(left(start({"--generate-key", "--valid-days", "0"})).code == exit_bad_configuration);
  CHECK(left(start({"--key-type", "p256"})).code == exit_bad_configuration);
  CHECK(left(start({"--generate-key", "--verify-transcript", "t"})).code == exit_bad_configuration);
}

TEST_CASE("--verify-transcript looks at no configuration", "[23.1.3-05]") {
  const char* const environment[] = {"MPAC_LISTEN__PORT=none", nullptr};
  const auto asked = start({"--verify-transcript", "t.json", "--certificate", "c.pem"}, environment);
  REQUIRE(std::holds_alternative<run>(asked));
  const auto what = std::get<run>(asked).given.transcript.value();
  CHECK(what.file == "t.json");
  CHECK(what.certificate == "c.pem");
  CHECK(left(start({"--certificate", "c.pem"})).code == exit_bad_configuration);
}

TEST_CASE("--config, environment and --set all count") {
  const char* const environment[] = {"MPAC_LISTEN__PORT=9000", "HOME=/", nullptr};
  const auto outcome = start({"--config", shipped.c_str(), "--set", "listen.threads=3", "--set=node.name=\"x y\"",
                              "--set", "session.liveness.backend_health_policy.allowed_providers=[\"a\",\"b\"]"},
                             environment);
  const settings all = configuration(outcome);
  CHECK(all.listen.port == 9000);
  CHECK(all.listen.threads == 3);
  CHECK(all.node.name == "x y");
  CHECK(all.session.policy.liveness.backend_health_policy.allowed_providers == std::vector<std::string>{"a", "b"});
  CHECK(std::get<run>(outcome).given.config == shipped);
  CHECK(std::get<run>(outcome).given.sets.size() == 3);
}

TEST_CASE("--version and --help leave with 0") {
  CHECK(left(start({"--version"})).code == 0);
  CHECK(left(start({"--version"})).text == "mpac-cluster 1.2.3\n");
  const leave help = left(start({"--help"}));
  CHECK(help.code == 0);
  for (const char* option : {"--config", "--set", "--check-config", "--print-config", "--version", "--help"})
    CHECK(help.text.find(option) != std::string::npos);
}

TEST_CASE("bad arguments and bad configurations leave with 2 and say why") {
  for (const std::vector<const char*>& bad : {std::vector<const char*>{"--frobnicate"},
                                              {"stray"},
                                              {"--set"},
                                              {"--config"},
                                              {"--set", "listen.port=x"},
                                              {"--set", "a=1", "b=2"},
                                              {"--config", "/nonexistent.toml"},
                                              {"--check-config", "--set", "listen.prot=1"}}) {
    const leave reason = left(start(bad));
    CHECK(reason.code == 2);
    CHECK(!reason.text.empty());
  }
  CHECK(left(start({"--set", "listen.prot=1", "--set", "listen.port=x", "--print-config"})).text ==
        "--set listen.prot=1: listen.prot: unknown key; did you mean \"listen.port\"?\n"
        "--set listen.port=x: listen.port: must be an integer from 0 to 65535, not \"x\"\n");
}

TEST_CASE("--check-config says that a good configuration is good, with its warnings") {
  const leave outcome = left(start({"--config", shipped.c_str(), "--check-config"}));
  CHECK(outcome.code == 0);
  CHECK(outcome.text.find("the configuration is good\n") != std::string::npos);
}

TEST_CASE("--print-config prints what was decided by all sources") {
  const leave outcome = left(start({"--print-config", "--set", "listen.port=1"}));
  CHECK(outcome.code == 0);
  settings expected;
  expected.listen.port = 1;
  CHECK(good(outcome.text) == expected);
}
