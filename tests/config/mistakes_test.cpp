#include "config/nearest.hpp"
#include "tests/config/loading.hpp"

using namespace mpac::config;
using namespace mpac::config::testing;

TEST_CASE("an unknown key is told with its place and the nearest name of its section") {
  CHECK(mistakes("[listen]\nport = 1\n  prot = 2\n") ==
        lines{"hub.toml:3:3: listen.prot: unknown key; did you mean \"listen.port\"?"});
  CHECK(mistakes("[session.liveness]\nheartbeat_intervall_sec = 2\n") ==
        lines{"hub.toml:2:1: session.liveness.heartbeat_intervall_sec: unknown key; did you mean "
              "\"session.liveness.heartbeat_interval_sec\"?"});
  CHECK(mistakes("[listen]\nqqqqqqqqqqqq = 2\n") == lines{"hub.toml:2:1: listen.qqqqqqqqqqqq: unknown key"});
}

TEST_CASE("an unknown section is told once, not for each of its keys") {
  CHECK(mistakes("[node]\nname = \"a\"\n\n[lisen]\nport = 1\nthreads = 2\n") ==
        lines{"hub.toml:4:2: lisen: unknown section; did you mean \"listen\"?"});
  CHECK(mistakes("[session.rooting]\nrelay = \"all\"\n") ==
        lines{"hub.toml:1:10: session.rooting: unknown section; did you mean \"session.routing\"?"});
  CHECK(mistakes("[session_]\n") == lines{"hub.toml:1:2: session_: unknown section; did you mean \"sessions\"?"});
}

TEST_CASE("a key in the wrong section is sent to its own") {
  CHECK(mistakes("[listen]\nmessages_per_sec = 2\n") ==
        lines{"hub.toml:2:1: listen.messages_per_sec: unknown key; did you mean \"limits.messages_per_sec\"?"});
}

TEST_CASE("what is to be redacted names members below the payload") {
  CHECK(
      mistakes("[privacy]\nredact = [\"payload.summary\", \"sender\"]\n") ==
      lines{
          "hub.toml:2:30: privacy.redact: must be a member of the payload, like \"payload.summary\", not \"sender\""});
  for (const char* wrong : {"payload", "payload.", "payload..a", "payload.a.", "Payload.a", ""})
    CHECK(mistakes("privacy.redact = [\"" + std::string(wrong) + "\"]\n").size() == 1);
  CHECK(mistakes("privacy.redact = [\"payload.a\", \"payload.scope.resources\"]\n").empty());
}

TEST_CASE("pages are let in by their origins, or all of them") {
  CHECK(mistakes("listen.allowed_origins = [\"https://app.example\", \"app.example\"]\n") ==
        lines{"hub.toml:1:50: listen.allowed_origins: must be an origin, like \"https://app.example\", or \"*\", not "
              "\"app.example\""});
  for (const char* wrong : {"", "null", "https://", "https://app.example/", "https://app.example/page", "**"})
    CHECK(mistakes("listen.allowed_origins = [\"" + std::string(wrong) + "\"]\n").size() == 1);
  CHECK(mistakes("listen.allowed_origins = [\"*\", \"http://127.0.0.1:3000\", \"app://notes\"]\n").empty());
}

TEST_CASE("a value of the wrong type is told with the place of the value") {
  CHECK(mistakes("[listen]\nport = \"8766\"\n") ==
        lines{"hub.toml:2:8: listen.port: must be an integer from 0 to 65535, not \"8766\""});
  CHECK(mistakes("[listen]\nport = 80.5\n") ==
        lines{"hub.toml:2:8: listen.port: must be an integer from 0 to 65535, not 80.5"});
  CHECK(mistakes("listen = 5\n") == lines{"hub.toml:1:10: listen: must be a section, not an integer"});
  CHECK(mistakes("admin.enabled = 1\n") == lines{"hub.toml:1:17: admin.enabled: must be true or false, not 1"});
  CHECK(mistakes("node.name = 5\n") == lines{"hub.toml:1:13: node.name: must be text that is not empty, not 5"});
  CHECK(mistakes("log.file = []\n") == lines{"hub.toml:1:12: log.file: must be text, not a list"});
  CHECK(mistakes("log.file = 2026-01-01\n") == lines{"hub.toml:1:12: log.file: must be text, not a date or time"});
  CHECK(
      mistakes("[session.liveness.backend_health_policy]\nallowed_providers = [\"a\", 1]\n") ==
      lines{"hub.toml:2:27: session.liveness.backend_health_policy.allowed_providers: must be text that is not empty, "
            "not 1"});
  CHECK(mistakes("[log.level]\n") == lines{"hub.toml:1:1: log.level: must be one of \"trace\", \"debug\", \"info\", "
                                           "\"warn\", \"error\", not a section"});
}

TEST_CASE("a word outside its list is told with the list and the nearest word") {
  CHECK(mistakes("[session]\ncompliance_profile = \"governence\"\n") ==
        lines{"hub.toml:2:22: session.compliance_profile: must be one of \"core\", \"governance\", \"semantic\", not "
              "\"governence\"; did you mean \"governance\"?"});
  CHECK(mistakes("session.governance.timeout_action = \"explode\"\n") ==
        lines{"hub.toml:1:37: session.governance.timeout_action: must be \"escalate_then_freeze\", not \"explode\""});
}

TEST_CASE("a syntax error is told with line and column, and mistakes elsewhere with it") {
  const auto loaded = load_text("[listen]\nport = = 1\n", {{"MPAC_LISTEN__PRT", "1"}});
  REQUIRE(!loaded);
  REQUIRE(loaded.error().size() == 2);
  CHECK(loaded.error()[0].where == origin{origin::kind::file, "hub.toml", 2, 8});
  CHECK(loaded.error()[1].nearest == "MPAC_LISTEN__PORT");
  CHECK(mistakes("listen.port = 1\nlisten.port = 2\n").size() == 1); // TOML itself refuses a key given twice
}

TEST_CASE("letters and brackets where none can stand are syntax errors") {
  for (const std::string text : {"\xc3\xa4 = 1\n", "[listen]\xc3\xa4\n", "a = \xef\xbc\x87\n", "a = [}]\n"}) {
    const auto told = mistakes(text);
    REQUIRE(told.size() == 1);
    CHECK(told.front().starts_with("hub.toml:1:"));
  }
}

TEST_CASE("all mistakes of a file are told at once, in the order they are written") {
  CHECK(mistakes("[listen]\n"
                 "port = 70000\n"
                 "thread = 1\n"
                 "[limits]\n"
                 "burst = 0\n"
                 "[nodes]\n"
                 "[session]\n"
                 "strict = \"yes\"\n"
                 "execution_model = \"pre_commit\"\n"
                 "[session.role_policy.role_constraints.arbiter]\n"
                 "max_cont = 1\n"
                 "allowed_principal_types = [\"robot\"]\n"
                 "[sessions.\"a b\"]\n"
                 "[sessions.a]\n"
                 "strikt = true\n") ==
        lines{"hub.toml:2:8: listen.port: must be an integer from 0 to 65535, not 70000",
              "hub.toml:3:1: listen.thread: unknown key; did you mean \"listen.threads\"?",
              "hub.toml:5:9: limits.burst: must be an integer from 1 to 4294967295, not 0",
              "hub.toml:6:2: nodes: unknown section; did you mean \"node\"?",
              "hub.toml:8:10: session.strict: must be true or false, not \"yes\"",
              "hub.toml:9:19: session.execution_model: \"pre_commit\" needs compliance_profile \"governance\" or "
              "\"semantic\" (SPEC 7.8)",
              "hub.toml:11:1: session.role_policy.role_constraints.arbiter.max_cont: unknown key; did you mean "
              "\"session.role_policy.role_constraints.arbiter.max_count\"?",
              "hub.toml:12:28: session.role_policy.role_constraints.arbiter.allowed_principal_types: must be one of "
              "\"human\", \"agent\", \"service\", not \"robot\"",
              "hub.toml:13:11: sessions.\"a b\": is no session id (1 to 128 of A-Z a-z 0-9 . _ ~ : @ -)",
              "hub.toml:15:1: sessions.a.strikt: unknown key; did you mean \"sessions.a.strict\"?"});
}

TEST_CASE("keys that contradict each other are told", "[7.8-09][7.8-21][20.1-05][23.1.5-10]") {
  CHECK(mistakes("session.security_profile = \"verified\"\ncoordinator.key_file = \"k\"\n") ==
        lines{"hub.toml:1:28: session.security_profile: \"authenticated\" and \"verified\" need a role_policy (SPEC "
              "23.1.5)"});
  const std::string verified =
      "session.security_profile = \"verified\"\nsession.role_policy.default_role = \"observer\"\n";
  CHECK(mistakes(verified) ==
        lines{"hub.toml:1:28: session.security_profile: \"verified\" needs coordinator.key_file (SPEC 23.1.3.1)"});
  CHECK(mistakes(verified + "coordinator.key_file = \"k\"\n").empty());
  CHECK(mistakes("session.execution_model = \"pre_commit\"\nsession.compliance_profile = \"core\"").size() == 1);
  CHECK(mistakes("session.execution_model = \"pre_commit\"\nsession.compliance_profile = \"governance\"").empty());
  CHECK(mistakes("session.execution_model = \"pre_commit\"\nsession.compliance_profile = \"semantic\"").empty());
  CHECK(mistakes("listen.tls.cert_file = \"c\"\n") ==
        lines{"hub.toml:1:24: listen.tls.cert_file: needs listen.tls.key_file"});
  CHECK(mistakes("listen.tls.key_file = \"k\"\n").size() == 1);
  CHECK(mistakes("listen.tls.client_ca_file = \"k\"\n").size() == 1);
  CHECK(mistakes("listen.tls.require_client_cert = true\n").size() == 1);
  CHECK(mistakes("listen.tls.ask_client_cert = true\n").size() == 1);
  CHECK(mistakes("listen.tls.min_version = \"1.1\"\n").size() == 1);
  CHECK(mistakes("admin.tls.cert_file = \"c\"\n").size() == 1);
  CHECK(mistakes("admin.tls.key_file = \"k\"\n").size() == 1);
  CHECK(mistakes("admin.tls = {cert_file=\"c\", key_file=\"k\"}").empty());
  CHECK(mistakes("listen.tls = {cert_file=\"c\", key_file=\"k\", client_ca_file=\"a\", require_client_cert=true}")
            .empty());
  CHECK(mistakes("admin.port = 8766\n") ==
        lines{"hub.toml:1:14: admin.port: is the agents' port (listen.port) on the same address"});
  CHECK(mistakes("listen.port = 8767\n").size() == 1);
  CHECK(mistakes("listen.port = 0\nadmin.port = 0\n").empty());
  CHECK(mistakes("session.liveness.intent_backoff_initial_sec = 301\n").size() == 1);
  CHECK(mistakes("session.governance.require_arbiter = true\n").size() == 1);
  CHECK(mistakes("session.governance.require_arbiter = true\nsession.role_policy.default_role = \"owner\"\n").size() ==
        1);
  CHECK(
      mistakes("session.governance.require_arbiter = true\nsession.role_policy.default_role = \"arbiter\"\n").empty());
}

TEST_CASE("a contradiction that a told mistake explains is not told as well") {
  CHECK(mistakes("session.execution_model = \"pre_commit\"\nsession.compliance_profile = \"governanse\"\n").size() ==
        1);
  CHECK(
      mistakes("session.security_profile = \"authenticated\"\nsession.role_policy.defalt_role = \"owner\"\n").size() ==
      1);
}

TEST_CASE("a contradiction within one session is told for that session") {
  CHECK(mistakes("[sessions.a]\nsecurity_profile = \"authenticated\"\n") ==
        lines{"hub.toml:2:20: sessions.a.security_profile: \"authenticated\" and \"verified\" need a role_policy (SPEC "
              "23.1.5)"});
  // what is inherited whole is told once, where it stands
  CHECK(mistakes("[session]\nexecution_model = \"pre_commit\"\n[sessions.a]\nstrict = true\n").size() == 1);
  CHECK(mistakes("[sessions.a]\nid = \"b\"\ncreate = \"admin\"\n").size() == 2);
}

TEST_CASE("a file that cannot be read is one mistake") {
  CHECK(mistakes(load(std::filesystem::path{"/nonexistent/hub.toml"}, {}, {})) ==
        lines{"/nonexistent/hub.toml: cannot be read: No such file or directory"});
  CHECK(mistakes(load(std::filesystem::path{"/"}, {}, {})).size() == 1);
  CHECK(mistakes(load(std::filesystem::path{"/nonexistent"}, {}, {"listen.prot=1"})).size() == 2);
}

TEST_CASE("the nearest name counts slips, a swap of neighbours as one, letter case as none") {
  CHECK(edit_distance("port", "prot") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("MPAC_X", "mpac_x") == 0);
  CHECK(nearest("nmae", {"data_dir", "name"}) == "name");
  CHECK(nearest("zzz", {"data_dir", "name"}).empty());
  CHECK(nearest(std::string(100'000, 'a'), {"name"}).empty());
}
