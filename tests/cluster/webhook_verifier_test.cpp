#include "cluster/webhook_verifier.hpp"

#include "cluster/webhook_answer.hpp"
#include "cluster/webhook_memory.hpp"
#include "tests/cluster/webhook_house.hpp"
#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <atomic>
#include <fstream>
#include <future>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;
using namespace mpac::tests;
using namespace std::chrono_literals;
using security::credential_verdict;

namespace {

const std::string yes = R"({"accepted":true,"principal_id":"agent:alice"})";

std::shared_ptr<const webhook_terms> asking(const std::string& url, base::duration timeout = 10s,
                                            base::duration cache = 0s, const std::string& ca_file = "") {
  config::webhook_settings how;
  how.url = url;
  how.timeout = timeout;
  how.cache = cache;
  how.ca_file = ca_file;
  const auto terms = webhook_terms::of(how);
  if (!terms)
    FAIL(terms.error());
  return *terms;
}

std::future<credential_verdict> ask(const security::credential_verifier& whom, const std::string& value = "secret") {
  auto promise = std::make_shared<std::promise<credential_verdict>>();
  whom.verify(hello_with("custom", value), [promise](credential_verdict said) { promise->set_value(std::move(said)); });
  return promise->get_future();
}

webhook_house::answers always(std::string answer) {
  return [answer = std::move(answer)](const heard_question&) { return answer; };
}

credential_verdict verdict(const std::string& body, unsigned status = 200) {
  return webhook_verdict(hello_with("custom", "secret"), status, body);
}

bool is_no_judgement(const credential_verdict& said) {
  return !said && said.error().is_unavailable && said.error().told == "the credential can't be judged at the moment";
}

} // namespace

TEST_CASE("the webhook is told who says HELLO with what, and its yes is taken", "[23.1.4-10][23.1.2-02]") {
  const webhook_house house(
      always(http_answer(R"({"accepted":true,"principal_id":"agent:alice","roles":["owner"],"issuer":"idp",)"
                         R"("tenant":"acme","expires_at":"2031-01-01T00:00:00Z"})")));
  const webhook_verifier verifier(asking(house.url() + "/verify?v=1"));
  const auto said = ask(verifier, "the \"secret\"").get();
  REQUIRE(said);
  CHECK(said->principal_id.str() == "agent:alice");
  CHECK(said->method == "custom");
  CHECK(said->roles == std::vector<std::string>{"owner"});
  CHECK(said->issuer == "idp");
  CHECK(said->tenant == "acme");
  CHECK(base::to_rfc3339(said->expires_at) == "2031-01-01T00:00:00.000000Z");
  REQUIRE(house.heard().size() == 1);
  const auto heard = house.heard().front();
  CHECK(heard.head.starts_with("POST /verify?v=1 HTTP/1.1\r\n"));
  CHECK(heard.head.find("Host: 127.0.0.1:") != std::string::npos);
  CHECK(heard.body ==
        R"({"type":"custom","value":"the \"secret\"","principal_id":"agent:alice","principal_type":"agent",)"
        R"("session_id":"s"})");
}

TEST_CASE("only a plain yes for the asked principal lets anybody in", "[23.1.4-10][23.1.4-13]") {
  REQUIRE(verdict(yes));
  CHECK(verdict(R"({"accepted":true,"principal_id":"agent:alice","roles":null,"issuer":null,"x":1})"));
  const auto refused = verdict(R"({"accepted":false})");
  REQUIRE_FALSE(refused);
  CHECK_FALSE(refused.error().is_unavailable);
  const auto other = verdict(R"({"accepted":true,"principal_id":"agent:bob"})");
  REQUIRE_FALSE(other);
  CHECK_FALSE(other.error().is_unavailable);
  CHECK(other.error().told == "the credential speaks for another principal");
  for (const unsigned status : {100u, 201u, 204u, 301u, 302u, 307u, 400u, 401u, 403u, 404u, 500u, 503u})
    CHECK(is_no_judgement(verdict(yes, status)));
  for (const char* body :
       {"", "yes", "true", "[]", "{}", R"({"accepted":"true","principal_id":"agent:alice"})",
        R"({"accepted":1,"principal_id":"agent:alice"})", R"({"accepted":true})",
        R"({"accepted":true,"principal_id":7})", R"({"accepted":false,"accepted":true,"principal_id":"agent:alice"})",
        R"({"accepted":true,"principal_id":"agent:alice","roles":"owner"})",
        R"({"accepted":true,"principal_id":"agent:alice","tenant":7})",
        R"({"accepted":true,"principal_id":"agent:alice","expires_at":"soon"})",
        R"({"accepted":true,"principal_id":"agent:alice","expires_at":7})",
        R"({"accepted":true,"principal_id":"agent:alice","expires_at":"2001-01-01T00:00:00Z"})",
        R"({"accepted":true,"principal_id":"agent:alice"} x)"})
    CHECK(is_no_judgement(verdict(body)));
}

TEST_CASE("a webhook that is away, silent, broken or elsewhere lets nobody in", "[23.1.4-10]") {
  SECTION("a redirect is not followed") {
    const webhook_house house([](const heard_question&) {
      return std::string("HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
    });
    CHECK(ask(webhook_verifier(asking(house.url()))).get().error().logged ==
          "the webhook answered with the status 307");
    CHECK(house.heard().size() == 1);
  }
  SECTION("silence ends with the timeout") {
    const webhook_house house(always(""));
    const webhook_verifier verifier(asking(house.url(), 50ms));
    CHECK(ask(verifier).get().error().logged == "the webhook did not answer in time");
  }
  SECTION("half an answer is none") {
    const webhook_house house(always(http_answer(yes).substr(0, http_answer(yes).size() - 1)));
    CHECK(is_no_judgement(ask(webhook_verifier(asking(house.url()))).get()));
  }
  SECTION("an answer that is no HTTP") {
    const webhook_house house(always("yes\n"));
    CHECK(is_no_judgement(ask(webhook_verifier(asking(house.url()))).get()));
  }
  SECTION("an answer that is too long") {
    const webhook_house house(always(http_answer(yes + std::string(70'000, ' '))));
    CHECK(is_no_judgement(ask(webhook_verifier(asking(house.url()))).get()));
  }
  SECTION("fields that are too long") {
    const webhook_house house(always("HTTP/1.1 200 OK\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n" + yes));
    CHECK(is_no_judgement(ask(webhook_verifier(asking(house.url()))).get()));
  }
  SECTION("nobody listens") {
    std::string url;
    {
      const webhook_house gone(always(""));
      url = gone.url();
    }
    const auto said = ask(webhook_verifier(asking(url))).get();
    CHECK(is_no_judgement(said));
    CHECK(said.error().logged.starts_with("the webhook can't be asked (connect): "));
  }
}

TEST_CASE("over https the server's certificate must be of a trusted authority, and of that name", "[23.1.4-10]") {
  const temporary_folder folder;
  auto root_plan = authority("Root");
  root_plan.begins = -600'000'000;
  const auto root = certify(root_plan, key_named("P-256 root"));
  const auto server_of = [&](const std::string& names, const char* root_name = "P-256 root") {
    certificate_plan plan{.common_name = "x", .alternative_names = names};
    plan.begins = -600'000'000;
    const auto by = root_name == std::string("P-256 root") ? root : certify(root_plan, key_named(root_name));
    return pem_of(certify(plan, key_named("P-256 server"), by, key_named(root_name)));
  };
  const auto ca_file = (folder.path() / "ca.pem").string();
  std::ofstream(ca_file) << pem_of(root);
  const auto key = private_pem(key_named("P-256 server"));

  const webhook_house good(always(http_answer(yes)), server_of("IP:127.0.0.1"), key);
  CHECK(ask(webhook_verifier(asking(good.url(), 10s, 0s, ca_file))).get());
  CHECK(is_no_judgement(ask(webhook_verifier(asking(good.url()))).get())); // by the system's authorities
  const webhook_house misnamed(always(http_answer(yes)), server_of("DNS:idp.example,IP:127.0.0.2"), key);
  CHECK(is_no_judgement(ask(webhook_verifier(asking(misnamed.url(), 10s, 0s, ca_file))).get()));
  const webhook_house forged(always(http_answer(yes)), server_of("IP:127.0.0.1", "P-256 fake"), key);
  CHECK(is_no_judgement(ask(webhook_verifier(asking(forged.url(), 10s, 0s, ca_file))).get()));
  CHECK(misnamed.heard().empty());
  CHECK(forged.heard().empty());
}

TEST_CASE("what was accepted is not asked for again until its time is over", "[23.1.4-10]") {
  const webhook_house house(always(http_answer(yes)));
  webhook_verifier verifier(asking(house.url(), 10s, 60s));
  for (int i = 0; i < 3; ++i)
    CHECK(ask(verifier).get());
  CHECK(house.heard().size() == 1);
  CHECK(ask(verifier, "other").get());
  CHECK(house.heard().size() == 2);
  verifier.change(asking(house.url(), 10s, 60s));
  CHECK(ask(verifier).get());
  CHECK(house.heard().size() == 3);
}

TEST_CASE("a refusal is never remembered", "[23.1.4-10]") {
  const webhook_house house(always(http_answer(R"({"accepted":false})")));
  const webhook_verifier verifier(asking(house.url(), 10s, 60s));
  for (int i = 0; i < 2; ++i)
    CHECK_FALSE(ask(verifier).get());
  CHECK(house.heard().size() == 2);
}

TEST_CASE("only so many questions are under way or wait, and all are answered in the end", "[23.1.4-10]") {
  const webhook_house house(always(""));
  std::vector<std::future<credential_verdict>> all;
  std::future<credential_verdict> too_many;
  {
    const webhook_verifier verifier(asking(house.url()), {2, 3});
    for (int i = 0; i < 5; ++i)
      all.push_back(ask(verifier));
    too_many = ask(verifier);
    CHECK(too_many.get().error().logged == "the webhook has too much to do");
  }
  for (auto& each : all)
    CHECK(is_no_judgement(each.get()));
}

TEST_CASE("those who wait for their turn are asked about when one ends, and wait no longer than the timeout",
          "[23.1.4-10]") {
  const webhook_house house([](const heard_question& one) {
    return one.body.find("\"silent\"") == std::string::npos ? http_answer(yes) : "";
  });
  const webhook_verifier verifier(asking(house.url(), 200ms), {1, 10});
  auto silent = ask(verifier, "silent"), waiting = ask(verifier, "silent");
  CHECK(is_no_judgement(silent.get()));
  CHECK(is_no_judgement(waiting.get()));
  std::vector<std::future<credential_verdict>> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(ask(verifier));
  for (auto& each : all)
    CHECK(each.get());
}

TEST_CASE("after it was closed nobody is asked, and all who waited were told", "[23.1.4-10]") {
  const webhook_house house(always(""));
  webhook_verifier verifier(asking(house.url()));
  auto waiting = ask(verifier);
  verifier.close();
  REQUIRE(waiting.wait_for(std::chrono::seconds{0}) == std::future_status::ready);
  CHECK(is_no_judgement(waiting.get()));
  CHECK(ask(verifier).get().error().logged == "the webhook is not asked any more, for the hub stops");
  verifier.close();
}

TEST_CASE("a credential that is longer than any is refused unasked", "[23.1.4-10]") {
  const webhook_house house(always(http_answer(yes)));
  const webhook_verifier verifier(asking(house.url()));
  CHECK(ask(verifier, std::string(65'536, 'x')).get());
  const auto said = ask(verifier, std::string(65'537, 'x')).get();
  REQUIRE_FALSE(said);
  CHECK_FALSE(said.error().is_unavailable);
  CHECK(house.heard().size() == 1);
}

TEST_CASE("whoever is answered may let go of the verifier", "[23.1.4-10]") {
  const webhook_house house(always(http_answer(yes)));
  auto verifier = std::make_unique<webhook_verifier>(asking(house.url()));
  std::promise<bool> gone;
  verifier->verify(hello_with("custom", "secret"), [&](const credential_verdict& said) {
    verifier.reset();
    gone.set_value(said.has_value());
  });
  CHECK(gone.get_future().get());
}

TEST_CASE("the memory of what was accepted is bounded, exact and short", "[23.1.4-10]") {
  webhook_memory memory(3);
  protocol::verified_identity alice;
  alice.principal_id = protocol::principal_id{"agent:alice"};
  const auto asked = hello_with("custom", "secret");
  memory.remember(asked, alice, 60s, memory.generation());
  CHECK(memory.recall(asked) == alice);
  const auto differs = [&](auto change) {
    auto other = asked;
    change(other);
    return !memory.recall(other);
  };
  CHECK(differs([](auto& a) { a.credential.value = "secret2"; }));
  CHECK(differs([](auto& a) { a.credential.type = "other"; }));
  CHECK(differs([](auto& a) { a.credential.issuer = ""; }));
  CHECK(differs([](auto& a) { a.principal_id = protocol::principal_id{"agent:bob"}; }));
  CHECK(differs([](auto& a) { a.principal_type = "human"; }));
  CHECK(differs([](auto& a) { a.session_id = protocol::session_id{"t"}; }));
  CHECK_FALSE(differs([](auto& a) { a.when += 60s - base::duration{1}; }));
  CHECK(differs([](auto& a) { a.when += 60s; }));
  CHECK(memory.size() == 0);

  alice.expires_at = asked.when + 5s;
  memory.remember(asked, alice, 60s, memory.generation());
  CHECK(differs([](auto& a) { a.when += 5s; }));
  memory.remember(asked, alice, 0s, memory.generation());
  CHECK(memory.size() == 0);
  for (int i = 0; i < 10; ++i)
    memory.remember(hello_with("custom", std::to_string(i)), alice, 1s, memory.generation());
  CHECK(memory.size() == 3);
  CHECK(memory.recall(hello_with("custom", "9")));
  CHECK_FALSE(memory.recall(hello_with("custom", "6")));
  memory.forget_all();
  CHECK_FALSE(memory.recall(hello_with("custom", "9")));
}

TEST_CASE("what was asked before all was forgotten is not remembered after it", "[23.1.4-10]") {
  webhook_memory memory;
  protocol::verified_identity alice;
  alice.principal_id = protocol::principal_id{"agent:alice"};
  const auto asked = hello_with("custom", "secret");
  const auto before = memory.generation();
  memory.forget_all(); // while the answer is under way
  memory.remember(asked, alice, 60s, before);
  CHECK(memory.size() == 0);
  CHECK_FALSE(memory.recall(asked));
  memory.remember(asked, alice, 60s, memory.generation());
  CHECK(memory.recall(asked) == alice);
  memory.remember(asked, alice, 60s, before); // nor does it take away what is remembered since
  CHECK(memory.recall(asked) == alice);
}

TEST_CASE("an answer that comes after the terms have changed lets one in, and is asked for again", "[23.1.4-10]") {
  std::promise<void> heard, changed;
  auto is_changed = changed.get_future().share();
  std::atomic<bool> is_first{true};
  const webhook_house house([&, is_changed](const heard_question&) {
    if (is_first.exchange(false)) {
      heard.set_value();
      is_changed.wait();
    }
    return http_answer(yes);
  });
  webhook_verifier verifier(asking(house.url(), 10s, 60s));
  auto early = ask(verifier);
  heard.get_future().wait();
  verifier.change(asking(house.url(), 10s, 60s));
  changed.set_value();
  CHECK(early.get());
  CHECK(ask(verifier).get());
  CHECK(ask(verifier).get());
  CHECK(house.heard().size() == 2);
}

TEST_CASE("a webhook's terms are refused with the key that is wrong") {
  config::webhook_settings how;
  how.url = "http://u@h";
  CHECK(webhook_terms::of(how).error() == "auth.webhook.url is no web address: "
                                          "names and passwords belong into credentials, not into the URL");
  how.url = "https://h";
  how.ca_file = "/nowhere/ca.pem";
  CHECK(webhook_terms::of(how).error().starts_with("auth.webhook.ca_file: /nowhere/ca.pem can't be read as PEM"));
}
