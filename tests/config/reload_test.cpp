#include "config/reload.hpp"

#include "config/key.hpp"
#include "config/warnings.hpp"
#include "tests/config/loading.hpp"

using namespace mpac::config;
using namespace mpac::config::testing;

TEST_CASE("nothing changed means nothing to do") {
  const reload_plan plan = plan_reload(settings{}, settings{});
  CHECK(plan.effective == settings{});
  CHECK(plan.applied.empty());
  CHECK(plan.in_new_sessions.empty());
  CHECK(plan.waiting.empty());
  CHECK(plan.warning().empty());
}

TEST_CASE("timeouts, limits, log level, roles and policies change while running") {
  const settings fresh = good("[listen]\nhello_timeout_sec = 1\n[limits]\nburst = 5\n[log]\nlevel = \"debug\"\n"
                              "[session]\nstrict = true\n[session.role_policy]\ndefault_role = \"owner\"\n");
  const reload_plan plan = plan_reload(settings{}, fresh);
  CHECK(plan.effective == fresh);
  CHECK(plan.applied ==
        lines{"listen.hello_timeout_sec", "limits.burst", "log.level", "session.strict", "session.role_policy"});
  CHECK(plan.waiting.empty());
}

TEST_CASE("what is fixed at the start keeps its value and is named in one warning") {
  const settings fresh =
      good("[node]\ndata_dir = \"x\"\n[listen]\naddress = \"0.0.0.0\"\nport = 1\nthreads = 1\nworkers = 1\n"
           "[admin]\naddress = \"::1\"\nport = 2\n[store]\nengine = \"memory\"\n[limits]\nburst = 5\n");
  const reload_plan plan = plan_reload(settings{}, fresh);
  CHECK(plan.waiting == lines{"node.data_dir", "listen.address", "listen.port", "listen.threads", "listen.workers",
                              "admin.address", "admin.port", "store.engine"});
  CHECK(plan.warning() == "changed in the configuration, but only a restart applies it: node.data_dir, listen.address, "
                          "listen.port, listen.threads, listen.workers, admin.address, admin.port, store.engine");
  settings expected;
  expected.limits.burst = 5;
  CHECK(plan.effective == expected);
}

TEST_CASE("what a session was founded on changes in new sessions only", "[7.8-02]") {
  const settings fresh = good("[session]\ncompliance_profile = \"governance\"\nexecution_model = \"pre_commit\"\n"
                              "protocol_version = \"0.1.15\"\nstrict = true\n");
  const reload_plan plan = plan_reload(settings{}, fresh);
  CHECK(plan.in_new_sessions ==
        lines{"session.compliance_profile", "session.execution_model", "session.protocol_version"});
  CHECK(plan.effective.session.policy == fresh.session.policy);

  const auto policy = carry_over(settings{}.session.policy, fresh.session.policy);
  CHECK(policy.strict);
  CHECK(policy.compliance_profile == mpac::protocol::compliance_profile::core);
  CHECK(policy.execution_model == mpac::protocol::execution_model::post_commit);
  CHECK(policy.protocol_version == "0.1.13");
}

TEST_CASE("changes of one session are named with it, what it inherits is named once") {
  const settings running = good("[sessions.a]\nrace_lock = true\n[sessions.gone]\nstrict = true\n");
  const settings fresh = good("[session]\nrace_lock = true\nfiles_before_hello = true\n"
                              "[sessions.a]\nrace_lock = true\nworkspace_dir = \"w\"\n"
                              "[sessions.b.liveness]\nheartbeat_interval_sec = 1\n");
  const reload_plan plan = plan_reload(running, fresh);
  CHECK(plan.applied == lines{"session.race_lock", "session.files_before_hello",
                              "sessions.b.liveness.heartbeat_interval_sec", "sessions.gone.strict"});
  CHECK(plan.in_new_sessions == lines{"sessions.a.workspace_dir"});
  CHECK(plan.effective == fresh);
}

TEST_CASE("what need not be said of the configuration before is warned of, and each protection that has gone",
          "[23.1.2-02]") {
  const std::string tls = "cert_file = \"c\"\nkey_file = \"k\"\n";
  const settings plain, safe = good("[listen.tls]\n" + tls +
                                    "client_ca_file = \"a\"\nrequire_client_cert = true\n"
                                    "[admin]\ntoken_file = \"t\"\n[admin.tls]\n" +
                                    tls);
  CHECK(new_warnings(plain, safe).empty());
  CHECK(new_warnings(safe, safe).empty());
  const auto lost = new_warnings(safe, plain);
  REQUIRE(lost.size() == 4);
  CHECK(lost[0].starts_with("listen.tls.cert_file is empty now"));
  CHECK(lost[1].starts_with("listen.tls.require_client_cert is off now"));
  CHECK(lost[2].starts_with("admin.tls.cert_file is empty now"));
  CHECK(lost[3].starts_with("admin.token_file is empty now"));
  CHECK(new_warnings(plain, plain).empty()); // said once

  const auto small = good("limits.outbox_bytes = 4096"), other = good("limits.outbox_bytes = 4096\nlimits.burst = 5");
  REQUIRE(new_warnings(plain, small).size() == 1);
  CHECK(new_warnings(plain, small)[0].starts_with("limits.outbox_bytes is smaller"));
  CHECK(new_warnings(small, other).empty());
}

TEST_CASE("copying every key of one configuration makes the other") {
  const settings from = good("[listen]\nport = 1\n[listen.tls]\ncert_file = \"c\"\nkey_file = \"k\"\n[auth.x509]\n"
                             "trust_anchors_file = \"t\"\n[session]\ncreate = \"admin\"\nstrict = true\n"
                             "[session.role_policy]\ndefault_role = \"x\"\n");
  settings to;
  for (const auto& each : hub_keys())
    each.copy(from, to);
  for (const auto& each : policy_keys())
    each.copy(from.session.policy, to.session.policy);
  CHECK(to == from);
}
