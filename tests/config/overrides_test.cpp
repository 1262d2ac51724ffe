#include "tests/config/loading.hpp"

using namespace mpac::config;
using namespace mpac::config::testing;

TEST_CASE("the environment wins over the file and --set over both") {
  const std::string file = "[listen]\nport = 1\nthreads = 1\nworkers = 1\n";
  const settings all = good(load_text(file, {{"MPAC_LISTEN__THREADS", "2"}, {"MPAC_LISTEN__WORKERS", "2"}},
                                      {"listen.workers=3", "listen.workers=4"}));
  CHECK(all.listen.port == 1);
  CHECK(all.listen.threads == 2);
  CHECK(all.listen.workers == 4);
}

TEST_CASE("variables name keys in any letter case, and other variables are nobody's business") {
  const char* const environment[] = {"PATH=/bin",
                                     "mpac_listen__port=1",
                                     "MPAC_LISTEN__TLS__CERT_FILE=",
                                     "MPACX=1",
                                     "MPAC_Session__Liveness__Heartbeat_Interval_Sec=0.5",
                                     nullptr};
  const variables ours = mpac_variables(environment);
  CHECK(ours.size() == 3);
  const settings all = good(load_text("", ours));
  CHECK(all.listen.port == 1);
  CHECK(all.listen.tls.cert_file.empty());
  CHECK(all.session.policy.liveness.heartbeat_interval == std::chrono::milliseconds{500});
}

TEST_CASE("an unknown variable is a mistake with the nearest variable") {
  CHECK(
      mistakes(load_text("", {{"MPAC_LISTEN_PORT", "1"}, {"MPAC_LISTEN__PORTS", "1"}})) ==
      lines{"environment variable MPAC_LISTEN_PORT: listen_port: unknown key; did you mean \"MPAC_LISTEN__PORT\"?",
            "environment variable MPAC_LISTEN__PORTS: listen.ports: unknown key; did you mean \"MPAC_LISTEN__PORT\"?"});
  CHECK(mistakes(load_text("", {{"MPAC_X____Y", "1"}})).size() == 1);
}

TEST_CASE("a variable that can name no key is somebody else's") {
  const settings all = good(load_text("", {{"MPAC_CLUSTER_SERVICE_HOST", "10.0.0.1"}, {"MPAC_JOBS", "2"}}));
  CHECK(all.listen.port == settings{}.listen.port);
}

TEST_CASE("a value is TOML, or text where that fails") {
  const settings all = good(load_text("", {},
                                      {"node.name=hub 2", "node.data_dir=\"a\\tb\"", "log.file=7", "log.level=warn",
                                       "limits.messages_per_sec=2.5", "session.strict=true",
                                       "session.liveness.backend_health_policy.allowed_providers=[\"a\", \"b\"]",
                                       "session.workspace_dir=a=b # c", "auth.jwt.issuer=1\nx = 2"}));
  CHECK(all.node.name == "hub 2");
  CHECK(all.node.data_dir == "a\tb");
  CHECK(all.log.file == "7"); // a key of text takes what was typed
  CHECK(all.log.level == log_level::warn);
  CHECK(all.limits.messages_per_sec == 2.5);
  CHECK(all.session.policy.strict);
  CHECK(all.session.policy.liveness.backend_health_policy.allowed_providers == std::vector<std::string>{"a", "b"});
  CHECK(all.session.workspace_dir == "a=b # c");
  CHECK(all.auth.jwt.issuer == "1\nx = 2");
}

TEST_CASE("mistakes of --set name the argument") {
  CHECK(
      mistakes(load_text("", {}, {"listen.port=many", "listen.prot=1", "listen", "=1", "a..b=1", "node.name=\xff"})) ==
      lines{"--set listen.port=many: listen.port: must be an integer from 0 to 65535, not \"many\"",
            "--set listen.prot=1: listen.prot: unknown key; did you mean \"listen.port\"?",
            "--set listen: must be section.key=value", "--set =1: is not a key", "--set a..b=1: a..b: is not a key",
            "--set node.name=\xff: node.name: is not UTF-8 text"});
}

TEST_CASE("one session and one role can be set from outside the file") {
  const settings all =
      good(load_text("[session.role_policy.role_constraints.arbiter]\nallowed_principal_types = [\"human\"]\n"
                     "[sessions.Proj]\nstrict = true\n",
                     {{"MPAC_SESSIONS__PROJ__RACE_LOCK", "true"}},
                     {"sessions.Proj.liveness.heartbeat_interval_sec=5", "sessions.new.strict=true",
                      "session.role_policy.role_constraints.arbiter.max_count=1",
                      "session.role_policy.role_assignments.\"agent:a.b\"=[\"owner\"]"}));
  REQUIRE(all.sessions.size() == 2);
  CHECK(all.sessions.at("Proj").policy.race_lock);
  CHECK(all.sessions.at("Proj").policy.liveness.heartbeat_interval == std::chrono::seconds{5});
  CHECK(all.sessions.at("new").policy.strict);
  const auto& roles = all.session.policy.role_policy.value();
  CHECK(roles.role_constraints.at("arbiter").max_count == 1u);
  CHECK(roles.role_constraints.at("arbiter").allowed_principal_types == std::vector<std::string>{"human"});
  CHECK(roles.role_assignments.at("agent:a.b") == std::vector<std::string>{"owner"});
}

TEST_CASE("a session starts from the general policy, and its role policy replaces the general one") {
  const settings all =
      good("[session]\nstrict = true\nworkspace_dir = \"w\"\n"
           "[session.role_policy]\ndefault_role = \"owner\"\n"
           "[sessions.a]\nrace_lock = true\n"
           "[sessions.b]\nworkspace_dir = \"b\"\n[sessions.b.role_policy.role_assignments]\n\"x\" = []\n"
           "[sessions.c.role_policy]\n");
  CHECK(all.sessions.at("a").policy.strict);
  CHECK(all.sessions.at("a").policy.role_policy->default_role == "owner");
  CHECK(!all.sessions.at("b").policy.role_policy->default_role);
  CHECK(!all.sessions.at("c").policy.role_policy);
  CHECK(workspace_of(all, "a") == "w");
  CHECK(workspace_of(all, "b") == "b");
  CHECK(workspace_of(all, "unnamed") == "w");

  const policy_book book{all};
  CHECK(book.of("a")->race_lock);
  CHECK(book.of("unnamed") == book.base());
  CHECK(*book.base() == all.session.policy);
}
