#include "client/refused_scopes.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {
const base::instant start{std::chrono::seconds{1'000'000}};
const intent_id first("i-1"), second("i-2"), third("i-3");
} // namespace

TEST_CASE("a scope that a resolution refused is not announced again for 30 s, then 60, up to 300",
          "[15.3.1][15.3.1-C01][15.3.1-C02]") {
  refused_scopes refused(principal_id("agent:alice"));
  auto now = start;
  base::duration expected = 30s;
  for (int i = 0; i < 6; ++i) {
    refused.announced(first, file_set({"a.py"}), now);
    refused.refused(first, now);
    CHECK(refused.wait_for(file_set({"a.py", "b.py"}), now) == expected);
    CHECK_FALSE(refused.wait_for(file_set({"c.py"}), now));
    now += expected;
    CHECK_FALSE(refused.wait_for(file_set({"a.py"}), now));
    expected = std::min<base::duration>(2 * expected, 300s);
  }
}

TEST_CASE("an intent that ends otherwise brings no wait, and ends the counting", "[15.3.1][15.3.1-C03]") {
  refused_scopes refused(principal_id("agent:alice"));
  refused.announced(first, file_set({"a.py"}), start);
  refused.ended(first);
  refused.refused(first, start); // none of ours any more
  CHECK_FALSE(refused.wait_for(file_set({"a.py"}), start));

  refused.announced(second, file_set({"a.py"}), start);
  refused.refused(second, start);
  refused.announced(third, file_set({"a.py"}), start + 40s);
  refused.ended(third);
  refused.announced(first, file_set({"a.py"}), start + 50s);
  refused.refused(first, start + 50s);
  CHECK(refused.wait_for(file_set({"a.py"}), start + 50s) == 30s);
}

TEST_CASE("the session's policy and the coordinator's own word decide how long", "[15.3.1]") {
  refused_scopes refused(principal_id("agent:alice"));
  session_info told;
  told.liveness_policy = json_text{R"({"intent_backoff_initial_sec": 5, "intent_backoff_multiplier": 3.0})"};
  refused.follow(told);
  refused.announced(first, file_set({"a.py"}), start);
  refused.refused(first, start);
  CHECK(refused.wait_for(file_set({"a.py"}), start) == 5s);
  refused.too_early(file_set({"z.py"}), 12500ms, start);
  CHECK(refused.wait_for(file_set({"z.py"}), start) == 12500ms);
}

TEST_CASE("a wait that the coordinator asks for is kept, up to the session's longest", "[15.3.1]") {
  refused_scopes refused(principal_id("agent:alice"));
  refused.too_early(file_set({"a.py"}), 45s, start);
  CHECK(refused.wait_for(file_set({"a.py"}), start) == base::duration(45s));
  refused.too_early(file_set({"b.py"}), std::chrono::hours{1000}, start);
  CHECK(refused.wait_for(file_set({"b.py"}), start) == base::duration(300s));
}
