#include "cluster/credential_desk.hpp"

#include "security/digest.hpp"
#include "tests/cluster/webhook_house.hpp"
#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <future>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;
using namespace mpac::tests;
using security::credential_verdict;

namespace {

struct folder_of_files {
  temporary_folder folder;

  std::string put(const std::string& name, const std::string& text) const {
    const auto path = folder.path() / name;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    return path.string();
  }
};

std::shared_ptr<credential_desk> opened(const config::auth_settings& how, security::verifiers_by_type embedded = {}) {
  auto desk = credential_desk::open(how, std::move(embedded));
  if (!desk)
    for (const auto& each : desk.error())
      UNSCOPED_INFO(each);
  REQUIRE(desk);
  return *desk;
}

credential_verdict ask(const credential_desk& desk, security::credential_request asked) {
  std::promise<credential_verdict> said;
  desk.verify(std::move(asked), [&](credential_verdict verdict) { said.set_value(std::move(verdict)); });
  return said.get_future().get();
}

std::string entry(const std::string& list, const std::string& hash, const std::string& more = "") {
  return "[[" + list + "]]\nsha256 = \"" + hash + "\"\nprincipal_id = \"agent:alice\"\n" + more;
}

struct yes_man final : security::credential_verifier {
  void verify(security::credential_request asked, std::function<void(credential_verdict)> done) const override {
    protocol::verified_identity proven;
    proven.principal_id = asked.principal_id;
    done(proven);
  }
};

} // namespace

TEST_CASE("every type that is configured is taken, and only those",
          "[23.1.4-03][23.1.4-05][23.1.4-06][23.1.4-07][23.1.4-10]") {
  const folder_of_files files;
  const auto root = certify(authority("Root"), key_named("P-256 root"));
  const auto leaf = certify({.common_name = "agent:alice"}, key_named("P-256"), root, key_named("P-256 root"));
  const webhook_house hook(
      [](const heard_question&) { return http_answer(R"({"accepted":true,"principal_id":"agent:alice"})"); });
  config::auth_settings how;
  CHECK(opened(how)->types().empty());
  how.jwt.issuer = "idp";
  how.jwt.audience = "hub";
  how.jwt.keys_file = files.put("keys.json", jwk_set({jwk_of(key_named("P-256"))}));
  how.api_keys_file = files.put("api.toml", entry("key", security::to_hex(security::sha256("secret"))));
  how.mtls_fingerprints_file =
      files.put("certificates.toml", entry("certificate", security::to_hex(security::sha256(der_of(leaf)))));
  how.x509_trust_anchors_file = files.put("anchors.pem", pem_of(root));
  how.x509_crl_file = files.put("crl.pem", crl_of(root, key_named("P-256 root"), {}));
  how.webhook.url = hook.url();
  how.webhook.format = "a badge number";
  const auto desk = opened(how);
  CHECK(desk->types() ==
        std::vector<std::string>{"api_key", "bearer_token", "custom", "mtls_fingerprint", "x509_chain"});
  CHECK(desk->custom_format() == "a badge number");

  CHECK(ask(*desk, hello_with("api_key", "secret")));
  CHECK_FALSE(ask(*desk, hello_with("api_key", "secre")));
  CHECK(ask(*desk, hello_with("custom", "x")));
  CHECK(ask(*desk, hello_with("x509_chain", pem_of(leaf))));
  auto over_tls = hello_with("mtls_fingerprint", security::to_hex(security::sha256(der_of(leaf))));
  CHECK_FALSE(ask(*desk, over_tls));
  over_tls.peer_certificate = der_of(leaf);
  CHECK(ask(*desk, over_tls));
  CHECK(ask(*desk,
            hello_with("bearer_token", token_of("ES256", R"({"alg":"ES256"})",
                                                R"({"iss":"idp","aud":"hub","sub":"agent:alice","exp":1900000600})",
                                                key_named("P-256")))));
  // A credential of one type is nothing in another.
  for (const char* type : {"bearer_token", "mtls_fingerprint", "x509_chain", "saml", "", "API_KEY"})
    CHECK_FALSE(ask(*desk, hello_with(type, "secret")));
}

TEST_CASE("files are read again, all or none", "[23.1.4-06]") {
  const folder_of_files files;
  config::auth_settings how;
  how.api_keys_file = files.put("api.toml", entry("key", security::to_hex(security::sha256("old"))));
  const auto desk = opened(how);
  files.put("api.toml", entry("key", security::to_hex(security::sha256("new"))));
  CHECK(ask(*desk, hello_with("api_key", "old")));
  CHECK(desk->reload(how).empty());
  CHECK_FALSE(ask(*desk, hello_with("api_key", "old")));
  CHECK(ask(*desk, hello_with("api_key", "new")));

  how.x509_trust_anchors_file = files.put("anchors.pem", "nothing");
  files.put("api.toml", entry("key", "my secret itself"));
  const auto faults = desk->reload(how);
  REQUIRE(faults.size() == 2);
  CHECK(faults[0] ==
        "auth.api_keys_file: " + how.api_keys_file + ":2:10: sha256: must be a SHA-256 in 64 hexadecimal digits");
  CHECK(faults[1] == "auth.x509.trust_anchors_file: " + how.x509_trust_anchors_file + ": holds no PEM certificate");
  CHECK(ask(*desk, hello_with("api_key", "new")));
  CHECK(desk->types() == std::vector<std::string>{"api_key"});
  CHECK(desk->reload({}).empty());
  CHECK(desk->types().empty());
}

TEST_CASE("keys of tokens, anchors and revocations are read again, and what is gone counts for nothing",
          "[23.1.4-03][23.1.4-07]") {
  const folder_of_files files;
  const auto old_key = key_named("P-256 root"), new_key = key_named("P-256 root b");
  const auto old_root = certify(authority("Old"), old_key), new_root = certify(authority("New"), new_key);
  const auto by_old = certify({.common_name = "agent:alice"}, key_named("P-256"), old_root, old_key);
  const auto by_new = certify({.common_name = "agent:alice"}, key_named("P-256"), new_root, new_key);
  const auto token_by = [](const forged_key& key) {
    return hello_with("bearer_token",
                      token_of("ES256", R"({"alg":"ES256"})",
                               R"({"iss":"idp","aud":"hub","sub":"agent:alice","exp":1900000600})", key));
  };
  config::auth_settings how;
  how.jwt.issuer = "idp";
  how.jwt.audience = "hub";
  how.jwt.keys_file = files.put("keys.json", jwk_set({jwk_of(old_key)}));
  how.x509_trust_anchors_file = files.put("anchors.pem", pem_of(old_root));
  how.x509_crl_file = files.put("crl.pem", crl_of(old_root, old_key, {}));
  const auto desk = opened(how);
  CHECK(ask(*desk, token_by(old_key)));
  CHECK_FALSE(ask(*desk, token_by(new_key)));
  CHECK(ask(*desk, hello_with("x509_chain", pem_of(by_old))));
  CHECK_FALSE(ask(*desk, hello_with("x509_chain", pem_of(by_new))));

  files.put("keys.json", public_pem(new_key)); // the other form
  files.put("crl.pem", crl_of(old_root, old_key, {by_old}));
  CHECK(ask(*desk, token_by(old_key))); // nobody has said so yet
  CHECK(desk->reload(how).empty());
  CHECK_FALSE(ask(*desk, token_by(old_key)));
  CHECK(ask(*desk, token_by(new_key)));
  CHECK_FALSE(ask(*desk, hello_with("x509_chain", pem_of(by_old))));

  files.put("anchors.pem", pem_of(new_root));
  files.put("crl.pem", crl_of(new_root, new_key, {}));
  CHECK(desk->reload(how).empty());
  CHECK_FALSE(ask(*desk, hello_with("x509_chain", pem_of(by_old))));
  CHECK(ask(*desk, hello_with("x509_chain", pem_of(by_new))));
}

TEST_CASE("what is wrong with a file is told with its place, and nothing else of it", "[23.1.4-06]") {
  const folder_of_files files;
  const auto faults_of = [](const config::auth_settings& how) {
    const auto desk = credential_desk::open(how);
    return desk ? credential_faults{} : desk.error();
  };
  const auto hash = security::to_hex(security::sha256("x"));
  config::auth_settings how;
  how.api_keys_file = "/nowhere/api.toml";
  CHECK(faults_of(how).at(0) == "auth.api_keys_file: /nowhere/api.toml: cannot be read: No such file or directory");
  how.api_keys_file = files.put("api.toml", entry("key", hash) + entry("key", "SHA256:" + hash));
  CHECK(faults_of(how).at(0) == "auth.api_keys_file: " + how.api_keys_file + ":5:10: sha256: is given twice");
  how = {};
  how.jwt.issuer = how.jwt.audience = "x";
  how.jwt.keys_file = files.put("keys.json", "{\n \"keys\": [ oops ]}");
  CHECK(faults_of(how).at(0).starts_with("auth.jwt.keys_file: " + how.jwt.keys_file + ":2:"));
  how = {};
  how.x509_trust_anchors_file = files.put("anchors.pem", pem_of(certify(authority("Root"), key_named("P-256"))));
  how.x509_crl_file = files.put("crl.pem", "\n\n-----BEGIN X509 CRL-----\n");
  CHECK(faults_of(how).at(0) == "auth.x509.crl_file: " + how.x509_crl_file + ":3: a block does not end");
  how = {};
  how.webhook.url = "https://u@h";
  CHECK(faults_of(how).at(0) == "auth.webhook.url is no web address: "
                                "names and passwords belong into credentials, not into the URL");
}

TEST_CASE("a set of keys with a secret in it must be private", "[23.1.4-03]") {
  const folder_of_files files;
  config::auth_settings how;
  how.jwt.issuer = how.jwt.audience = "x";
  how.jwt.keys_file = files.put("keys.json", "{\"kty\":\"oct\",\"k\":\"" + base64url(std::string(32, 's')) + "\"}");
  CHECK(credential_desk::open(how));
  std::filesystem::permissions(how.jwt.keys_file, std::filesystem::perms{0644});
  const auto desk = credential_desk::open(how);
  REQUIRE_FALSE(desk);
  CHECK(desk.error().at(0).find(how.jwt.keys_file) != std::string::npos);
  how.jwt.keys_file = files.put("public.json", jwk_of(key_named("P-256")));
  std::filesystem::permissions(how.jwt.keys_file, std::filesystem::perms{0644});
  CHECK(credential_desk::open(how));
}

TEST_CASE("an embedder's own handler is taken, before a configured one of its type", "[23.1.4-10]") {
  const folder_of_files files;
  config::auth_settings how;
  how.api_keys_file = files.put("api.toml", "");
  const auto desk = opened(how, {{"badge", std::make_shared<yes_man>()}, {"api_key", std::make_shared<yes_man>()}});
  CHECK(desk->types() == std::vector<std::string>{"api_key", "badge"});
  CHECK(ask(*desk, hello_with("badge", "x"))->method == "badge");
  CHECK(ask(*desk, hello_with("api_key", "x")));
  CHECK(desk->reload(how).empty());
  CHECK(ask(*desk, hello_with("badge", "x")));
}
