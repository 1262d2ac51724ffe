#include "cluster/session_catalog.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::cluster;
using protocol::session_id;

namespace {

protocol::session_policy with_timeout(int seconds) {
  protocol::session_policy policy;
  policy.governance.resolution_timeout = std::chrono::seconds{seconds};
  return policy;
}

config::settings one_named() {
  config::settings how;
  how.session.workspace_dir = "/general";
  how.sessions["named"] = {"/special", with_timeout(9)};
  return how;
}

workspaces two_workspaces() {
  protocol::file_table general, special;
  general.put("general.txt", protocol::workspace_file::of("g"));
  special.put("special.txt", protocol::workspace_file::of("s"));
  return {{"/general", general}, {"/special", special}};
}

} // namespace

TEST_CASE("every session starts with the general policy and workspace, a configured one with its own", "[catalog]") {
  session_catalog catalog(one_named(), two_workspaces());
  const auto any = catalog.origin_of(session_id("any"));
  REQUIRE(any);
  CHECK(any->id == session_id("any"));
  CHECK(any->workspace_dir == "/general");
  CHECK(any->files.find("general.txt"));
  CHECK_FALSE(any->answers_to_any_id);
  CHECK(catalog.origin_of(session_id("other"))->policy == any->policy); // shared
  const auto named = catalog.origin_of(session_id("named"));
  REQUIRE(named);
  CHECK(named->policy->governance.resolution_timeout == std::chrono::seconds{9});
  CHECK(named->files.find("special.txt"));
}

TEST_CASE("where only the operator makes sessions, configured and reserved ones may be", "[catalog]") {
  auto how = one_named();
  how.session.create = config::session_creation::admin_only;
  session_catalog catalog(how, {});
  CHECK_FALSE(catalog.origin_of(session_id("any")));
  CHECK(catalog.origin_of(session_id("named")));
  const auto own = std::make_shared<const protocol::session_policy>(with_timeout(3));
  CHECK(catalog.reserve(session_id("any"), own));
  CHECK_FALSE(catalog.reserve(session_id("any"), own));
  REQUIRE(catalog.origin_of(session_id("any")));
  CHECK(catalog.origin_of(session_id("any"))->policy == own);
  catalog.release(session_id("any"), std::make_shared<const protocol::session_policy>(with_timeout(3))); // another's
  CHECK(catalog.origin_of(session_id("any")));
  catalog.release(session_id("any"), own);
  CHECK_FALSE(catalog.origin_of(session_id("any")));
}

TEST_CASE("the operator has spoken of the only session, of configured and of reserved ones, and of no others",
          "[catalog]") {
  auto how = one_named();
  session_catalog catalog(how, {});
  CHECK(catalog.is_named(session_id("named")));
  CHECK_FALSE(catalog.is_named(session_id("any")));
  REQUIRE(catalog.origin_of(session_id("any"))); // a stranger has
  CHECK_FALSE(catalog.is_named(session_id("any")));
  catalog.forget(session_id("any"));
  REQUIRE(catalog.reserve(session_id("any"), std::make_shared<const protocol::session_policy>(with_timeout(3))));
  CHECK(catalog.is_named(session_id("any")));
  how.session.id = "solo";
  CHECK(session_catalog(how, {}).is_named(session_id("solo")));
}

TEST_CASE("in single-session mode every path leads to the one session", "[catalog]") {
  config::settings how;
  session_catalog many(how, {});
  CHECK(many.session_of("/session/a") == session_id("a"));
  CHECK_FALSE(many.session_of("/elsewhere"));
  how.session.id = "solo";
  how.session.create = config::session_creation::admin_only;
  session_catalog one(how, {});
  CHECK(one.session_of("/session/a") == session_id("solo"));
  CHECK(one.session_of("/") == session_id("solo"));
  REQUIRE(one.origin_of(session_id("solo")));
  CHECK(one.origin_of(session_id("solo"))->answers_to_any_id);
}

TEST_CASE("letters are read as strictly as the session's policy says", "[catalog]") {
  config::settings how;
  how.sessions["named"].policy.strict = true;
  session_catalog catalog(how, {});
  CHECK_FALSE(catalog.is_strict(session_id("any")));
  CHECK(catalog.is_strict(session_id("named")));
  protocol::session_policy own;
  own.strict = true;
  catalog.reserve(session_id("made"), std::make_shared<const protocol::session_policy>(own));
  CHECK(catalog.is_strict(session_id("made")));
}

TEST_CASE("of a session that is over nothing is known once it has left memory, and its name is free", "[catalog]") {
  config::settings how;
  how.session.create = config::session_creation::admin_only;
  session_catalog catalog(how, {});
  const session_id id("made");
  const auto first = std::make_shared<const protocol::session_policy>(with_timeout(3));
  REQUIRE(catalog.reserve(id, first));
  catalog.forget(id); // it sleeps
  CHECK(catalog.origin_of(id)->policy == first);
  CHECK_FALSE(catalog.reserve(id, first));
  catalog.forget(id, true);
  CHECK_FALSE(catalog.origin_of(id)); // only the operator may make it again
  const auto second = std::make_shared<const protocol::session_policy>(with_timeout(5));
  CHECK(catalog.reserve(id, second));
  CHECK(catalog.origin_of(id)->policy == second);
}

TEST_CASE("a changed policy reaches running sessions, but not what they were founded on, nor the operator's own",
          "[catalog]") {
  config::settings how;
  session_catalog catalog(how, {});
  const auto own = std::make_shared<const protocol::session_policy>(with_timeout(3));
  catalog.reserve(session_id("own"), own);
  (void)catalog.origin_of(session_id("a"));
  (void)catalog.origin_of(session_id("b"));
  how.session.policy = with_timeout(5);
  how.session.policy.protocol_version = "0.1.15";
  catalog.change(how, {});
  const auto a = catalog.policy_for_running(session_id("a"));
  CHECK(a->governance.resolution_timeout == std::chrono::seconds{5});
  CHECK(a->protocol_version == "0.1.13");
  CHECK(catalog.policy_for_running(session_id("b")) == a); // shared
  CHECK(catalog.policy_for_running(session_id("own")) == own);
  CHECK(catalog.origin_of(session_id("new"))->policy->protocol_version == "0.1.15");
}

TEST_CASE("limits reach new sessions", "[catalog]") {
  config::settings how;
  how.limits.participants_per_session = 4;
  how.limits.intents_per_participant = 2;
  session_catalog catalog(how, {});
  const auto origin = catalog.origin_of(session_id("a"));
  CHECK(origin->limits.participants == 4);
  CHECK(origin->limits.intents_per_participant == 2);
}

TEST_CASE("a workspace that cannot be read is no start", "[catalog]") {
  config::settings how;
  how.session.workspace_dir = "/there/is/no/such/directory";
  std::vector<std::string> warnings;
  CHECK(load_workspaces(how, warnings).has_error());
  how.session.workspace_dir.clear();
  const auto none = load_workspaces(how, warnings);
  REQUIRE(none.has_value());
  CHECK(none->empty());
}

TEST_CASE("what the hub knows of its security is in the policy of sessions that ask for proof, and of no other",
          "[catalog][23.2-01]") {
  const security_facts before{{"api_key"}, {}, "old", "sha256:1"},
      after{{"api_key", "x509_chain"}, {}, "new", "sha256:2"};
  auto how = one_named();
  how.sessions["named"].policy.security_profile = protocol::security_profile::authenticated;
  session_catalog catalog(how, {}, before);
  CHECK(catalog.origin_of(session_id("any"))->policy->security.auth_mechanisms.empty());
  const auto named = catalog.origin_of(session_id("named"))->policy;
  CHECK(named->security.auth_mechanisms == before.auth_mechanisms);
  CHECK(named->security.coordinator_key == "sha256:1");

  protocol::session_policy own = *named;
  own.strict = true;
  const auto written = std::make_shared<const protocol::session_policy>(own);
  REQUIRE(catalog.reserve(session_id("own"), written));
  CHECK(catalog.of_today(written) == written);
  catalog.change(how, {}, after);
  CHECK(catalog.of_today(written)->security.coordinator_certificate == "new");
  CHECK(catalog.policy_for_running(session_id("own"))->security.auth_mechanisms == after.auth_mechanisms);
  CHECK(catalog.policy_for_running(session_id("own"))->strict);
}
