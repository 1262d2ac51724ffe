// Credentials that python3-jwt and python3-cryptography made: see data/make_samples.py.
#include "security/bearer_tokens.hpp"
#include "security/certificate_chains.hpp"
#include "security/certificate_fingerprints.hpp"
#include "security/strict_json.hpp"
#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

json_object samples(const std::string& name) {
  const char* fresh = std::getenv("MPAC_SAMPLES"); // set by fresh_samples_test.py
  std::ifstream in((fresh ? fresh : MPAC_SOURCE_DIR "/tests/security/data") + ('/' + name), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto read = read_json_object(text);
  REQUIRE(read);
  return *std::move(read);
}

const json_object& group(const json_object& in, const char* name) {
  return *find(in, name)->object();
}

bearer_tokens trusting(const std::string& keys) {
  auto read = token_keys::read(keys);
  if (!read)
    FAIL(read.error().what);
  token_terms terms;
  terms.issuer = "https://idp.example";
  terms.audience = "hub";
  return {terms, *std::move(read)};
}

} // namespace

TEST_CASE("tokens that another library made are judged as they deserve", "[samples][23.1.4-03][23.1.2-02][23.1.2-03]") {
  const auto all = samples("tokens.json");
  const auto verifier = trusting(*find_text(all, "jwks"));
  REQUIRE(group(all, "taken").size() == 10);
  for (const auto& [algorithm, token] : group(all, "taken")) {
    CAPTURE(algorithm);
    const auto verdict = verifier.judge(hello_with("bearer_token", *token.text()));
    if (!verdict)
      FAIL(verdict.error().told);
    CHECK(verdict->roles == std::vector<std::string>{"contributor", "reviewer"});
    CHECK(verdict->tenant == "Acm\xc3\xa9");
    for (const char* session : {"r", ""}) {
      auto elsewhere = hello_with("bearer_token", *token.text());
      elsewhere.session_id = protocol::session_id{session};
      CHECK_FALSE(verifier.judge(elsewhere));
    }
    auto other = hello_with("bearer_token", *token.text());
    other.principal_id = protocol::principal_id{"agent:bob"};
    CHECK_FALSE(verifier.judge(other));
    for (std::size_t i = 0; i < token.text()->size(); ++i) {
      auto altered = *token.text();
      altered[i] = altered[i] == 'A' ? 'B' : 'A';
      CHECK_FALSE(verifier.judge(hello_with("bearer_token", altered)));
    }
  }
  REQUIRE(group(all, "refused").size() == 20);
  for (const auto& [what, token] : group(all, "refused")) {
    CAPTURE(what);
    const auto verdict = verifier.judge(hello_with("bearer_token", *token.text()));
    CHECK_FALSE(verdict);
    if (!verdict)
      CHECK_FALSE(verdict.error().is_unavailable);
  }
}

TEST_CASE("PEM keys of another library verify what its key set does", "[samples][23.1.4-03]") {
  const auto all = samples("tokens.json");
  const auto verifier = trusting(*find_text(all, "pem"));
  for (const auto& [algorithm, token] : group(all, "taken"))
    CHECK(verifier.judge(hello_with("bearer_token", *token.text())).has_value() == (algorithm != "HS256"));
  for (const auto& [what, token] : group(all, "refused")) {
    CAPTURE(what);
    // Without names, a token's own name for its key says nothing.
    const bool is_good_here = what == "of a key that is not known" || what == "by another key of the set";
    CHECK(verifier.judge(hello_with("bearer_token", *token.text())).has_value() == is_good_here);
  }
}

TEST_CASE("chains that another library made are judged as they deserve",
          "[samples][23.1.4-07][23.1.4-08][23.1.3-09][23.1.2-03]") {
  const auto all = samples("chains.json");
  const auto chains = certificate_chains::read(*find_text(all, "anchors"));
  REQUIRE(chains);
  REQUIRE(group(all, "taken").size() == 3);
  for (const auto& [what, chain] : group(all, "taken")) {
    CAPTURE(what);
    const auto verdict = (*chains)->judge(hello_with("x509_chain", *chain.text()));
    if (!verdict)
      FAIL(verdict.error().told);
    CHECK(verdict->tenant == "Acm\xc3\xa9");
    CHECK(verdict->issuer == "CN=Sample Authority");
    auto other = hello_with("x509_chain", *chain.text());
    other.principal_id = protocol::principal_id{"agent:bob"};
    CHECK_FALSE((*chains)->judge(other));
  }
  REQUIRE(group(all, "refused").size() == 9);
  for (const auto& [what, chain] : group(all, "refused")) {
    CAPTURE(what);
    CHECK_FALSE((*chains)->judge(hello_with("x509_chain", *chain.text())));
  }
}

TEST_CASE("a fingerprint is the one that another library tells", "[samples][23.1.4-05]") {
  const auto all = samples("chains.json");
  const auto& sample = group(all, "fingerprint");
  const auto& hex = *find_text(sample, "der");
  std::string der;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    der += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  const auto& told = *find_text(sample, "sha256");
  CHECK(read_digest(told) == sha256(der));
  auto asked = hello_with("mtls_fingerprint", told);
  asked.peer_certificate = der;
  CHECK(certificate_fingerprints({{sha256(der), {protocol::principal_id{"agent:alice"}, {}, {}, ""}}}).judge(asked));
}
