#include "security/certificate_chains.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

const char* const untrusted = "the certificate chain is not trusted here: ";

/// A root, an authority below it, and alice's certificate.
struct house_of_trust {
  forged_key root_key = key_named("P-256 root"), middle_key = key_named("RSA-2048"), leaf_key = key_named("ED25519");
  forged_certificate root = certify(authority("Root"), root_key);
  forged_certificate middle = certify(authority("Middle"), middle_key, root, root_key);
  std::string anchors = pem_of(root);

  [[nodiscard]] forged_certificate leaf(const certificate_plan& plan) const {
    return certify(plan, leaf_key, middle, middle_key);
  }
  [[nodiscard]] std::string chain(const certificate_plan& plan) const { return pem_of(leaf(plan)) + pem_of(middle); }
  [[nodiscard]] credential_verdict judge(const credential_request& asked,
                                         const std::optional<std::string_view>& lists = std::nullopt) const {
    const auto chains = certificate_chains::read(anchors, lists);
    if (!chains)
      FAIL(chains.error().what);
    return (*chains)->judge(asked);
  }
  [[nodiscard]] std::string told(const std::string& value) const { return told(hello_with("x509_chain", value)); }
  [[nodiscard]] std::string told(const credential_request& asked,
                                 const std::optional<std::string_view>& lists = std::nullopt) const {
    const auto verdict = judge(asked, lists);
    if (!verdict)
      CHECK_FALSE(verdict.error().is_unavailable);
    return verdict ? "" : verdict.error().told;
  }
};

certificate_plan alice() {
  return {.common_name = "agent:alice"};
}

bool is_untrusted(const std::string& told) {
  INFO(told);
  return told.starts_with(untrusted);
}

} // namespace

TEST_CASE("a chain up to a trust anchor is taken", "[23.1.4-07][23.1.4-08][23.1.3-09][23.1.2-02]") {
  const house_of_trust house;
  auto plan = alice();
  plan.organisation = "Acme";
  plan.extended_key_usage = "clientAuth, codeSigning";
  plan.ends = 600;
  const auto leaf = house.leaf(plan);
  const auto sent = "subject=agent:alice\r\n" + pem_of(leaf) + "\n\n" + pem_of(house.middle) + pem_of(house.root);
  const auto verdict = house.judge(hello_with("x509_chain", sent));
  REQUIRE(verdict);
  CHECK(verdict->principal_id.str() == "agent:alice");
  CHECK(verdict->method == "x509_chain");
  CHECK(verdict->issuer == "CN=Middle");
  CHECK(verdict->tenant == "Acme");
  CHECK_FALSE(verdict->roles);
  CHECK(verdict->expires_at == now_of_forgeries + std::chrono::seconds{601});
  CHECK(verdict->certificate_chain == pem_of(leaf) + pem_of(house.middle));
  CHECK(house.told(pem_of(leaf) + pem_of(house.middle)).empty());
}

TEST_CASE("the identity ends with the first certificate of the way", "[23.1.4-07]") {
  house_of_trust house;
  auto plan = authority("Middle");
  plan.ends = 60;
  house.middle = certify(plan, house.middle_key, house.root, house.root_key);
  const auto verdict = house.judge(hello_with("x509_chain", house.chain(alice())));
  REQUIRE(verdict);
  CHECK(verdict->expires_at == now_of_forgeries + std::chrono::seconds{61});
}

TEST_CASE("the principal is the one common name or a URI of the leaf, to the letter", "[23.1.4-08]") {
  const house_of_trust house;
  const std::string other = "the certificate's subject is not the principal: neither its common name nor a URI of its "
                            "alternative names is the principal_id";
  CHECK(house.told(house.chain({.common_name = "Alice", .alternative_names = "DNS:x,URI:urn:x,URI:agent:alice"}))
            .empty());
  for (const char* name : {"agent:alic", "agent:alice ", "Agent:alice", "agent:alice2", "agent:bob", "*", "agent:*"})
    CHECK(house.told(house.chain({.common_name = name})) == other);
  CHECK(house.told(house.chain({.common_name = "x", .organisation = "agent:alice"})) == other);
  CHECK(house.told(house.chain({.common_name = "x", .alternative_names = "DNS:agent.alice,email:agent:alice@x"})) ==
        other);
  CHECK(house.told(house.chain({.common_name = "agent:bob", .second_common_name = "agent:alice"})) == other);
  CHECK(house.told(house.chain({.common_name = "agent:alice", .second_common_name = "agent:bob"})) == other);
  CHECK(house.told(house.chain({.common_name = std::string("agent:alice\0.evil", 17)})) == other);
  auto asked = hello_with("x509_chain", house.chain(alice()));
  asked.principal_id = protocol::principal_id{"agent:bob"};
  CHECK(house.told(asked) == other);
  asked = hello_with("x509_chain", house.chain({.common_name = std::string("agent:alice\0", 12)}));
  asked.principal_id = protocol::principal_id{std::string("agent:alice\0", 12)};
  CHECK(house.told(asked) == other);
}

TEST_CASE("a chain to nobody who is trusted is refused", "[23.1.4-07][23.1.4-13]") {
  const house_of_trust house;
  // Another root of the same name and its whole chain.
  const auto fake_root = certify(authority("Root"), key_named("P-256 fake"));
  const auto fake_middle = certify(authority("Middle"), house.middle_key, fake_root, key_named("P-256 fake"));
  const auto leaf = house.leaf(alice());
  CHECK(is_untrusted(house.told(pem_of(leaf) + pem_of(fake_middle) + pem_of(fake_root))));
  CHECK(is_untrusted(house.told(pem_of(leaf))));                             // stripped of its authority
  CHECK(is_untrusted(house.told(pem_of(certify(alice(), house.leaf_key))))); // by itself
  CHECK(house.told(pem_of(house.middle) + pem_of(leaf)) != "");              // its authority first
  // Alice is no authority, though she signs.
  const auto below = certify({.common_name = "agent:alice"}, key_named("P-256 below"), leaf, house.leaf_key);
  CHECK(is_untrusted(house.told(pem_of(below) + pem_of(leaf) + pem_of(house.middle))));
  // Altered in one bit.
  auto asked = pem_of(leaf);
  const auto at = asked.find("\n") + 100;
  asked[at] = asked[at] == 'A' ? 'B' : 'A';
  CHECK(house.told(asked + pem_of(house.middle)) != "");
}

TEST_CASE("every certificate of the way must be within its dates", "[23.1.4-07]") {
  house_of_trust house;
  auto plan = alice();
  plan.ends = -1;
  CHECK(house.told(house.chain(plan)) == std::string(untrusted) + "certificate has expired");
  plan = alice();
  plan.begins = 1;
  CHECK(house.told(house.chain(plan)) == std::string(untrusted) + "certificate is not yet valid");
  auto middle = authority("Middle");
  middle.ends = -1;
  house.middle = certify(middle, house.middle_key, house.root, house.root_key);
  CHECK(house.told(house.chain(alice())) == std::string(untrusted) + "certificate has expired");
  house = {};
  auto root = authority("Root");
  root.ends = -1;
  house.anchors = pem_of(certify(root, house.root_key));
  CHECK(house.told(house.chain(alice())) == std::string(untrusted) + "certificate has expired");
}

TEST_CASE("path lengths and name constraints of authorities hold", "[23.1.4-07]") {
  house_of_trust house;
  house.root = certify(authority("Root", "critical, CA:TRUE, pathlen:0"), house.root_key);
  house.anchors = pem_of(house.root);
  house.middle = certify(authority("Middle"), house.middle_key, house.root, house.root_key);
  CHECK(is_untrusted(house.told(house.chain(alice()))));
  CHECK(house.told(pem_of(certify(alice(), house.leaf_key, house.root, house.root_key))).empty());

  house = {};
  auto plan = authority("Middle");
  plan.name_constraints = "critical, permitted;URI:.acme.example";
  house.middle = certify(plan, house.middle_key, house.root, house.root_key);
  const auto at = [&](const std::string& uri) {
    auto asked = hello_with("x509_chain", house.chain({.common_name = "x", .alternative_names = "URI:" + uri}));
    asked.principal_id = protocol::principal_id{uri};
    return house.told(asked);
  };
  CHECK(at("https://agents.acme.example/alice").empty());
  CHECK(at("https://agents.evil.example/alice") == std::string(untrusted) + "permitted subtree violation");
}

TEST_CASE("an issuer that does not say it is an authority is none", "[23.1.4-07]") {
  house_of_trust house;
  for (const char* constraints : {"critical, CA:FALSE", ""}) {
    house.middle = certify(authority("Middle", constraints), house.middle_key, house.root, house.root_key);
    CHECK(is_untrusted(house.told(house.chain(alice()))));
  }
  auto plan = authority("Middle");
  plan.key_usage = "critical, digitalSignature"; // may not sign certificates
  house.middle = certify(plan, house.middle_key, house.root, house.root_key);
  CHECK(is_untrusted(house.told(house.chain(alice()))));
  plan = authority("Root");
  plan.version = 1;
  house = {};
  house.root = certify(plan, house.root_key);
  house.anchors = pem_of(house.root);
  CHECK(is_untrusted(house.told(house.chain(alice()))));
}

TEST_CASE("a certificate that is not for signing, or not for clients, is refused", "[23.1.4-07]") {
  const house_of_trust house;
  auto plan = alice();
  plan.key_usage = "critical, keyAgreement";
  CHECK(house.told(house.chain(plan)) == "the certificate is not for signing (key usage)");
  plan.key_usage = "";
  CHECK(house.told(house.chain(plan)).empty());
  plan.extended_key_usage = "serverAuth";
  CHECK(is_untrusted(house.told(house.chain(plan))));
  plan.extended_key_usage = "1.3.6.1.5.5.7.3.8"; // time stamping
  CHECK(is_untrusted(house.told(house.chain(plan))));
}

TEST_CASE("weak keys and digests are refused", "[23.1.4-07]") {
  house_of_trust house;
  auto plan = alice();
  plan.digest = "SHA1";
  CHECK(is_untrusted(house.told(house.chain(plan))));
  plan.digest = "MD5";
  CHECK(is_untrusted(house.told(house.chain(plan))));
  house.leaf_key = key_named("RSA-1024");
  CHECK(is_untrusted(house.told(house.chain(alice()))));
  house = {};
  house.middle_key = key_named("RSA-1024");
  house.middle = certify(authority("Middle"), house.middle_key, house.root, house.root_key);
  CHECK(is_untrusted(house.told(house.chain(alice()))));
}

TEST_CASE("a revoked certificate is refused, and so is one of which nothing current is known", "[23.1.4-07]") {
  const house_of_trust house;
  const auto leaf = house.leaf(alice());
  const auto asked = hello_with("x509_chain", pem_of(leaf) + pem_of(house.middle));
  const auto of_root = crl_of(house.root, house.root_key, {});
  const auto of_middle = crl_of(house.middle, house.middle_key, {});
  CHECK(house.told(asked, of_root + of_middle).empty());
  CHECK(house.told(asked, of_root + crl_of(house.middle, house.middle_key, {leaf})) ==
        std::string(untrusted) + "certificate revoked");
  CHECK(house.told(asked, crl_of(house.root, house.root_key, {house.middle}) + of_middle) ==
        std::string(untrusted) + "certificate revoked");
  CHECK(is_untrusted(house.told(asked, of_root)));
  CHECK(is_untrusted(house.told(asked, of_middle)));
  CHECK(is_untrusted(house.told(asked, of_root + crl_of(house.middle, house.middle_key, {}, -60, -1))));
  CHECK(is_untrusted(house.told(asked, of_root + crl_of(house.middle, house.root_key, {}))));
}

TEST_CASE("an authority that is no root may be the anchor, and a leaf may stand for itself", "[23.1.4-07]") {
  house_of_trust house;
  house.anchors = pem_of(house.middle);
  const auto leaf = house.leaf(alice());
  const auto of_middle = crl_of(house.middle, house.middle_key, {});
  CHECK(house.told(hello_with("x509_chain", pem_of(leaf)), of_middle).empty()); // nothing of who is above the anchor
  CHECK(is_untrusted(house.told(hello_with("x509_chain", pem_of(leaf)), crl_of(house.root, house.root_key, {}))));
  const auto verdict = house.judge(hello_with("x509_chain", pem_of(leaf)));
  REQUIRE(verdict);
  CHECK(verdict->certificate_chain == pem_of(leaf));
  const auto own = certify(alice(), house.leaf_key);
  house.anchors = pem_of(own);
  CHECK(house.judge(hello_with("x509_chain", pem_of(own)))->certificate_chain == pem_of(own));
}

TEST_CASE("HELLO's issuer must be of the chain", "[23.1.4-02]") {
  const house_of_trust house;
  auto asked = hello_with("x509_chain", house.chain(alice()));
  for (const char* name : {"Middle", "CN=Middle", "Root", "CN=Root"}) {
    asked.credential.issuer = name;
    CHECK(house.told(asked).empty());
  }
  for (const char* name : {"", "middle", "CN=Other", "agent:alice"}) {
    asked.credential.issuer = name;
    CHECK(house.told(asked) == "the credential's issuer is not one of the certificate chain");
  }
}

TEST_CASE("what is no chain is refused, and never repeated", "[23.1.4-07]") {
  const house_of_trust house;
  const auto good = house.chain(alice());
  CHECK(house.told("") == "the credential holds no PEM certificate");
  CHECK(house.told("hello") == "the credential holds no PEM certificate");
  CHECK(house.told(good + private_pem(house.leaf_key)) ==
        "the certificate chain holds something else than certificates");
  CHECK(house.told(good.substr(0, good.size() - 40)) == "the certificate chain is no PEM: a block does not end");
  CHECK(house.told(good + std::string(70'000, '\n')) == "the certificate chain is too long");
  std::string many;
  for (int i = 0; i < 9; ++i)
    many += pem_of(house.middle);
  CHECK(house.told(many) == "the certificate chain is no PEM: there are more than 8 blocks");
  std::string no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
  CHECK(house.told(no_certificate) == "the certificate chain holds a certificate that can't be read");
}

TEST_CASE("files of anchors and revocations that hold none are refused with their line") {
  const house_of_trust house;
  const auto why = [](std::string_view anchors, const std::optional<std::string_view>& lists = std::nullopt) {
    const auto read = certificate_chains::read(anchors, lists);
    return read ? "" : to_string(read.error(), "f");
  };
  CHECK(why(house.anchors + house.anchors).empty());
  CHECK(why("") == "f: holds no PEM certificate");
  CHECK(why("\n\n" + public_pem(house.root_key)) == "f:3: the block is no certificate");
  CHECK(why(house.anchors, "") == "f: holds no certificate revocation list (X509 CRL)");
  CHECK(why(house.anchors, house.anchors) == "f:1: the block is no certificate revocation list (X509 CRL)");
}
