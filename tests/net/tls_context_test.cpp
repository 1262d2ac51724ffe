#include "net/tls_context.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

using namespace mpac;
using namespace mpac::net;

namespace {

std::string mistake_in(tls_terms terms) {
  const auto made = tls_context::of_server(terms);
  return made ? std::string() : made.error();
}

tls_terms good_terms(const tests::identity& hub) {
  return {.certificates = {hub.certificate_pem, "cert_file 'c.pem'"}, .private_key = {hub.key_pem, "key_file 'k.pem'"}};
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a certificate with its key makes a context that knows when it ends", "[23.4-04]") {
  const auto made = tls_context::of_server(good_terms(tests::self_signed({.valid_until_days = 10})));
  REQUIRE(made);
  CHECK(std::abs(static_cast<double>((*made)->valid_until() - std::time(nullptr)) - 10.0 * 24 * 3600) < 600);
}

TEST_CASE("what is wrong with certificates and keys is said by file, and nothing of the key", "[23.4-04]") {
  const auto hub = tests::self_signed();
  const auto other = tests::self_signed();
  auto terms = good_terms(hub);
  terms.certificates.text = "";
  CHECK(says(mistake_in(terms), "c.pem"));
  CHECK(says(mistake_in(terms), "no PEM certificate"));

  terms = good_terms(hub);
  terms.certificates.text += "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  CHECK(says(mistake_in(terms), "c.pem"));
  CHECK(says(mistake_in(terms), "certificate 2"));

  terms = good_terms(hub);
  terms.private_key.text = "-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----\n";
  CHECK(says(mistake_in(terms), "k.pem"));
  CHECK_FALSE(says(mistake_in(terms), "secret"));

  terms.private_key.text = tests::encrypted_key(hub, "a passphrase");
  CHECK(says(mistake_in(terms), "k.pem"));
  CHECK(says(mistake_in(terms), "encrypted"));

  terms.private_key.text = other.key_pem;
  CHECK(says(mistake_in(terms), "k.pem"));
  CHECK(says(mistake_in(terms), "does not belong"));

  terms = good_terms(hub);
  terms.ask = client_certificate::if_verified;
  terms.client_ca = {"", "client_ca_file 'a.pem'"};
  CHECK(says(mistake_in(terms), "a.pem"));
}
