#include "tests/net/tls_street.hpp"

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;

namespace {

struct setting {
  explicit setting(client_certificate ask, tls_version least = tls_version::v1_3)
      : h(at, secure_options(context_of(
                  tests::self_signed(),
                  {.client_ca = {authority.certificate_pem, "the authority"}, .ask = ask, .least = least}))) {}

  /// Whether somebody with this certificate gets an answer. (With TLS 1.3 a client hears of its refusal only then.)
  bool lets_in(const tests::identity* shown, int version = 0) {
    secure_client agent(h.port, {.shows = shown, .version = version, .may_fail = true});
    if (!agent.is_established())
      return false;
    agent.send(upgrade_request("/session/one"));
    return agent.receive().starts_with("HTTP/1.1 101");
  }

  tests::identity authority = tests::make_authority("clients' authority");
  house at{echo};
  hub h;
};

} // namespace

TEST_CASE("a client certificate is read above, byte for byte", "[23.4-04]") {
  for (const auto ask :
       {client_certificate::of_anybody, client_certificate::if_verified, client_certificate::required}) {
    setting s(ask);
    const auto alice = tests::issued_by(s.authority, {.name = "alice"});
    secure_web_client agent(s.h.port, {.shows = &alice});
    CHECK(s.at.nth(0)->who->peer_certificate() == alice.certificate_der);
  }
}

TEST_CASE("nobody has a certificate who was not asked or has shown none", "[23.4-04]") {
  const auto alice = tests::self_signed({.name = "alice"});
  setting unasked(client_certificate::not_asked);
  secure_web_client one(unasked.h.port, {.shows = &alice});
  CHECK(unasked.at.nth(0)->who->peer_certificate().empty());
  setting asked(client_certificate::if_verified);
  secure_web_client two(asked.h.port);
  CHECK(asked.at.nth(0)->who->peer_certificate().empty());
  house at;
  hub plain(at);
  web_client three(plain.port);
  CHECK(at.nth(0)->who->peer_certificate().empty());
}

TEST_CASE("where certificates are verified only those of the authority, and in their time, are taken", "[23.4-04]") {
  for (const int version : {12, 13}) {
    setting s(client_certificate::if_verified, tls_version::v1_2);
    const auto good = tests::issued_by(s.authority, {.name = "alice"});
    const auto expired = tests::issued_by(s.authority, {.valid_from_days = -10, .valid_until_days = -1});
    const auto early = tests::issued_by(s.authority, {.valid_from_days = 1, .valid_until_days = 10});
    const auto other = tests::issued_by(tests::make_authority("clients' authority"), {.name = "alice"}); // same name
    const auto own = tests::self_signed({.name = "alice"});
    const auto not_an_authority = tests::issued_by(good, {.name = "mallory"});
    CHECK(s.lets_in(&good, version));
    CHECK(s.lets_in(nullptr, version));
    CHECK_FALSE(s.lets_in(&expired, version));
    CHECK_FALSE(s.lets_in(&early, version));
    CHECK_FALSE(s.lets_in(&other, version));
    CHECK_FALSE(s.lets_in(&own, version));
    CHECK_FALSE(s.lets_in(&not_an_authority, version));
  }
}

TEST_CASE("where a certificate is required nobody comes in without", "[23.4-04]") {
  for (const int version : {12, 13}) {
    setting s(client_certificate::required, tls_version::v1_2);
    const auto good = tests::issued_by(s.authority, {.name = "alice"});
    CHECK(s.lets_in(&good, version));
    CHECK_FALSE(s.lets_in(nullptr, version));
  }
}

TEST_CASE("where anybody's certificate is taken its key must still be held", "[23.4-04]") {
  setting s(client_certificate::of_anybody);
  const auto own = tests::self_signed({.name = "alice"});
  CHECK(s.lets_in(&own));
  CHECK(s.lets_in(nullptr));
}
