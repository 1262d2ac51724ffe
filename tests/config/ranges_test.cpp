#include "config/key.hpp"
#include "tests/config/loading.hpp"

#include <set>

using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

/// The values at both ends that are taken, and those just beyond that are not. "" = no such value.
struct range {
  const char* key;
  const char* least;
  const char* most;
  const char* below;
  const char* above;
};

const char* const year = "31536000";
const char* const past_year = "31536000.5";
const char* const whole = "4294967295";
const char* const past_whole = "4294967296";

const range ranges[] = {
    {"listen.port", "0", "65535", "-1", "65536"},
    {"listen.threads", "0", "1024", "-1", "1025"},
    {"listen.workers", "0", "1024", "-1", "1025"},
    {"listen.max_connections", "1", "10000000", "0", "10000001"},
    {"listen.max_message_bytes", "128", "1073741824", "127", "1073741825"},
    {"listen.handshake_timeout_sec", "0.001", year, "0", past_year},
    {"listen.hello_timeout_sec", "0", year, "-0.1", past_year},
    {"listen.ping_interval_sec", "0", year, "-1", past_year},
    {"admin.port", "0", "65535", "-1", "65536"},
    {"limits.messages_per_sec", "0", "1e9", "-1", "1.1e9"},
    {"limits.burst", "1", whole, "0", past_whole},
    {"limits.outbox_bytes", "1024", "1099511627776", "1023", "1099511627777"},
    {"limits.participants_per_session", "0", whole, "-1", past_whole},
    {"limits.sessions", "0", whole, "-1", past_whole},
    {"limits.intents_per_participant", "0", whole, "-1", past_whole},
    {"limits.failed_hellos_per_address", "0", whole, "-1", past_whole},
    {"limits.principal_messages_per_sec", "0", "1e9", "-1", "1.1e9"},
    {"limits.sessions_per_tenant", "0", whole, "-1", past_whole},
    {"limits.connections_per_address", "0", whole, "-1", past_whole},
    {"limits.handshakes_per_address_per_sec", "0", "1e6", "-1", "1.1e6"},
    {"store.sync_interval_sec", "0.001", "3600", "0", "3600.1"},
    {"store.idle_unload_sec", "0", year, "-1", past_year},
    {"auth.jwt.leeway_sec", "0", "3600", "-1", "3600.5"},
    {"auth.webhook.timeout_sec", "0.001", "60", "0", "60.5"},
    {"auth.webhook.cache_sec", "0", "86400", "-1", "86400.5"},
    {"session.liveness.heartbeat_interval_sec", "0.001", year, "0", past_year},
    {"session.liveness.unavailability_timeout_sec", "0.001", year, "0", past_year},
    {"session.liveness.intent_claim_grace_period_sec", "0", year, "-1", past_year},
    {"session.liveness.intent_backoff_initial_sec", "0", "300", "-1", past_year},
    {"session.liveness.intent_backoff_max_sec", "0", year, "-1", past_year},
    {"session.liveness.intent_backoff_multiplier", "1", "1000", "0.9", "1001"},
    {"session.liveness.default_intent_ttl_sec", "0.001", year, "0", past_year},
    {"session.liveness.default_deferral_ttl_sec", "0.001", year, "0", past_year},
    {"session.liveness.backend_health_policy.check_interval_sec", "0.001", year, "0", past_year},
    {"session.governance.resolution_timeout_sec", "0", year, "-1", past_year},
    {"session.governance.frozen_scope_phase_1_sec", "0", year, "-1", past_year},
    {"session.governance.frozen_scope_phase_2_sec", "0", year, "-1", past_year},
    {"session.governance.intent_expiry_grace_sec", "0", year, "-1", past_year},
    {"session.lifecycle.auto_close_grace_sec", "0", year, "-1", past_year},
    {"session.lifecycle.session_ttl_sec", "0", "315360000", "-1", "315360001"},
    {"session.lifecycle.audit_retention_days", "0", "36500", "-1", "36501"},
    {"session.security.replay_window_sec", "0.001", year, "0", past_year},
};

std::string assignment(const range& of, const char* value) {
  return std::string{of.key} + " = " + value + '\n';
}

} // namespace

TEST_CASE("both ends of every range are taken and what lies beyond is refused") {
  for (const range& each : ranges) {
    INFO(each.key);
    CHECK(mistakes(assignment(each, each.least)).empty());
    CHECK(mistakes(assignment(each, each.most)).empty());
    for (const char* bad : {each.below, each.above, "nan", "inf", "-inf", "\"1\"", "true"}) {
      const auto loaded = load_text(assignment(each, bad));
      REQUIRE(!loaded);
      REQUIRE(loaded.error().size() == 1);
      CHECK(loaded.error()[0].key == each.key);
    }
  }
}

TEST_CASE("every key of a number has its range among the tested ones") {
  std::set<std::string> tested;
  for (const range& each : ranges)
    tested.insert(each.key);
  const auto check = [&](const auto& each, const auto& defaults, const std::string& prefix) {
    if (each.allowed.most > each.allowed.least)
      CHECK(tested.contains(prefix + std::string{each.path}));
    const node value = each.read(defaults);
    const bool number =
        std::holds_alternative<std::int64_t>(value.value) || std::holds_alternative<double>(value.value);
    CHECK(number == (each.allowed.most > each.allowed.least));
  };
  for (const auto& each : hub_keys())
    check(each, settings{}, "");
  for (const auto& each : policy_keys())
    check(each, mpac::protocol::session_policy{}, "session.");
}

TEST_CASE("texts with a form of their own are checked") {
  CHECK(mistakes("session.protocol_version = \"0.1.15\"").empty());
  for (const char* bad : {"0.2.0", "0.1.", "0.1.x", "1.0.1", ""})
    CHECK(mistakes("session.protocol_version = \"" + std::string{bad} + '"').size() == 1);
  CHECK(mistakes("session.id = \"a:b@c~d._-\"").empty());
  CHECK(mistakes("session.id = \"a/b\"").size() == 1);
  CHECK(mistakes("session.id = \"" + std::string(129, 'a') + '"').size() == 1);
  CHECK(mistakes("node.name = \"\"").size() == 1);
}

TEST_CASE("durations are kept to the microsecond and take whole numbers too") {
  CHECK(good("listen.hello_timeout_sec = 0.29").listen.hello_timeout == std::chrono::microseconds{290'000});
  CHECK(good("listen.hello_timeout_sec = 7").listen.hello_timeout == std::chrono::seconds{7});
  CHECK(good("session.liveness.intent_backoff_multiplier = 3").session.policy.liveness.intent_backoff_multiplier == 3);
}
