#include "config/key.hpp"
#include "config/warnings.hpp"
#include "tests/config/loading.hpp"

#include <algorithm>
#include <set>

using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

const std::filesystem::path root{MPAC_SOURCE_DIR};

void collect(const node& from, const std::string& section, std::set<std::string>& paths) {
  for (const member& each : *from.as_table()) {
    const std::string path = section + each.name;
    if (each.content.as_table() && path != "session.role_policy" && path != "session.resource_registry")
      collect(each.content, path + '.', paths);
    else
      paths.insert(path);
  }
}

std::set<std::string> keys_of_file(const std::filesystem::path& file) {
  const auto text = read_document(file);
  REQUIRE(text.has_value());
  const auto tree = parse_toml(text->text, {origin::kind::file, text->name});
  REQUIRE(tree.has_value());
  std::set<std::string> paths;
  collect(*tree, "", paths);
  return paths;
}

std::set<std::string> keys_of_tables() {
  std::set<std::string> paths;
  for (const auto& each : hub_keys())
    paths.emplace(each.path);
  for (const auto& each : policy_keys())
    paths.insert("session." + std::string{each.path});
  return paths;
}

} // namespace

TEST_CASE("the shipped file holds every key and nothing else") {
  CHECK(keys_of_file(root / "config/cluster.toml") == keys_of_tables());
}

TEST_CASE("the shipped file says the built-in defaults", "[14.7.5-01][14.7.5-02][14.7.5-06][14.7.5-07][14.7.5-10]"
                                                         "[14.7.5-11][14.7.5-12][9.6.4-01][9.6.4-02][9.6.4-03]"
                                                         "[18.6.2.1-19][18.6.3-01]") {
  CHECK(good(load(root / "config/cluster.toml", {}, {})) == settings{});
  CHECK(good(load(std::nullopt, {}, {})) == settings{});
}

TEST_CASE("the shipped file says what the contract says, where the contract is at hand") {
  const auto contract = root.parent_path() / "shared/design/cluster.toml";
  if (!std::filesystem::exists(contract)) {
    WARN("no contract beside this tree; the shipped file stands for it");
    return;
  }
  const auto promised = keys_of_file(contract), ours = keys_of_tables(); // there may be more of ours
  CHECK(std::includes(ours.begin(), ours.end(), promised.begin(), promised.end()));
  CHECK(good(load(contract, {}, {})) == settings{});
}

TEST_CASE("the examples in the comments of the shipped file are good") {
  const auto shipped = read_document(root / "config/cluster.toml");
  REQUIRE(shipped.has_value());
  std::string text = shipped->text;
  const auto uncomment = [&](const std::string& line) {
    const auto at = text.find("# " + line);
    REQUIRE(at != std::string::npos);
    text.erase(at, 2);
  };
  for (const char* line :
       {"default_role =", "[session.role_policy.role_assignments]", "\"agent:alice\"", "\"human:bob\"",
        "[session.role_policy.role_constraints.arbiter]", "max_count = 2", "allowed_principal_types = [\"human\"",
        "[sessions.proj-alpha]", "security_profile = \"authenticated\"", "[sessions.proj-alpha.governance]",
        "resolution_timeout_sec = 120"})
    uncomment(line);
  const settings all = good(text);
  REQUIRE(all.session.policy.role_policy);
  CHECK(all.session.policy.role_policy->role_assignments.at("human:bob") ==
        std::vector<std::string>{"owner", "arbiter"});
  CHECK(all.session.policy.role_policy->role_constraints.at("arbiter").max_count == 2u);
  const auto& alpha = all.sessions.at("proj-alpha").policy;
  CHECK(alpha.security_profile == mpac::protocol::security_profile::authenticated);
  CHECK(alpha.governance.resolution_timeout == std::chrono::seconds{120});
  CHECK(alpha.role_policy == all.session.policy.role_policy);
  CHECK(all.session.policy.governance.resolution_timeout == std::chrono::seconds{300});
}

TEST_CASE("with nothing set, there is nothing to warn of") {
  CHECK(warnings(settings{}).empty());
  CHECK(warnings(good("store.engine = \"memory\"")).empty());
}

TEST_CASE("a governance session without a designated arbiter is warned about, once for all that share it",
          "[18.5-02][18.5-03][20.2-03]") {
  const std::string policy = "store.engine = \"memory\"\n[session]\ncompliance_profile = \"governance\"\n";
  const auto said = warnings(good(policy + "[sessions.a]\nstrict = true\n"));
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("session: no role_policy names an arbiter") == 0);
  CHECK(warnings(good(policy + "[session.role_policy.role_assignments]\n\"human:bob\" = [\"arbiter\"]\n")).empty());
  const auto one = warnings(good("store.engine = \"memory\"\n[sessions.a]\ncompliance_profile = \"governance\"\n"));
  REQUIRE(one.size() == 1);
  CHECK(one[0].find("sessions.a: ") == 0);
}

TEST_CASE("doubtful pairs are advised against, not refused") {
  const auto said = warnings(good("store.engine = \"memory\"\nlimits.outbox_bytes = 4096\n"
                                  "session.liveness.unavailability_timeout_sec = 1\n"
                                  "session.create = \"admin\"\nadmin.enabled = false\n"));
  CHECK(said.size() == 3);
}

TEST_CASE("sessions that nobody could join, and credentials that would travel in the clear, are warned of",
          "[23.1.2-02][23.1.3-09]") {
  const auto warned = [](const std::string& text, const std::string& of) {
    const auto said = warnings(good(text));
    return std::any_of(said.begin(), said.end(), [&](const auto& each) { return each.find(of) != std::string::npos; });
  };
  const std::string nobody = "nobody can join";
  const std::string roles = "session.role_policy.default_role = \"contributor\"\n";
  const auto authenticated = roles + "session.security_profile = \"authenticated\"\n";
  const auto verified = roles + "sessions.a.security_profile = \"verified\"\n";
  CHECK(warned(authenticated, nobody));
  CHECK_FALSE(warned(authenticated + "auth.api_keys_file = \"k\"", nobody));
  CHECK(warned(verified + "auth.api_keys_file = \"k\"", nobody));
  CHECK_FALSE(warned(verified + "auth.x509.trust_anchors_file = \"k\"", nobody));
  CHECK(warned("auth.mtls.fingerprints_file = \"f\"", "no client is asked for a certificate"));
  CHECK(warned("auth.webhook.url = \"http://idp.example/\"", "unencrypted"));
  for (const char* url : {"https://idp.example/", "http://127.0.0.1:1/x", "http://localhost/", "http://[::1]:80"})
    CHECK_FALSE(warned(std::string("auth.webhook.url = \"") + url + '"', "unencrypted"));
  for (const char* url : {"http://127.0.0.1.example/", "http://localhost.example", "http://128.0.0.1?a=b"})
    CHECK(warned(std::string("auth.webhook.url = \"") + url + '"', "unencrypted"));
  const std::string keys = "auth.api_keys_file = \"k\"\n", everywhere = "listen.address = \"0.0.0.0\"\n";
  const std::string come = "credentials come unencrypted";
  CHECK(warned(keys + everywhere, come));
  CHECK_FALSE(warned(everywhere, come)); // in the open profile there are none
  CHECK_FALSE(warned(keys + "listen.address = \"::1\"", come));
  CHECK_FALSE(warned(keys + everywhere + "listen.tls.cert_file = \"c\"\nlisten.tls.key_file = \"k\"", come));
}

TEST_CASE("an admin listener that strangers can reach is warned of", "[23.1.2-02]") {
  const auto said = [](const std::string& text) { return warnings(good("admin.address = \"0.0.0.0\"\n" + text)); };
  REQUIRE(said("").size() == 1);
  CHECK(said("")[0].find("without admin.token_file") != std::string::npos);
  REQUIRE(said("admin.token_file = \"t\"").size() == 1);
  CHECK(said("admin.token_file = \"t\"")[0].find("the token comes unencrypted") != std::string::npos);
  CHECK(said("admin.token_file = \"t\"\nadmin.tls.cert_file = \"c\"\nadmin.tls.key_file = \"k\"").empty());
  CHECK(said("admin.enabled = false").empty());
}

TEST_CASE("keys of one type of credential need one another", "[23.1.4-03]") {
  CHECK(mistakes("auth.jwt.keys_file = \"k\"") == lines{"hub.toml:1:22: auth.jwt.keys_file: needs auth.jwt.issuer",
                                                        "hub.toml:1:22: auth.jwt.keys_file: needs auth.jwt.audience"});
  CHECK(mistakes("auth.x509.crl_file = \"c\"") ==
        lines{"hub.toml:1:22: auth.x509.crl_file: needs auth.x509.trust_anchors_file"});
  CHECK(mistakes("[auth.webhook]\nurl = \"http://x\"\nca_file = \"c\"") ==
        lines{"hub.toml:3:11: auth.webhook.ca_file: needs auth.webhook.url to begin with https://"});
  CHECK(mistakes("auth.webhook.url = \"ftp://x\"").size() == 1);
}
