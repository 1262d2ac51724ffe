#include "config/policy_request.hpp"

#include "tests/config/loading.hpp"

using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

lines mistakes_in(std::string_view json) {
  const auto read = read_session_request({}, json);
  lines out;
  if (!read)
    for (const problem& each : read.error())
      out.push_back(to_string(each));
  return out;
}

} // namespace

TEST_CASE("the body of a session request makes a policy from the general one") {
  mpac::protocol::session_policy base;
  base.strict = true;
  const auto read = read_session_request(base, R"({"session_id":"proj:1","compliance_profile":"governance",
    "liveness":{"heartbeat_interval_sec":1.5,"backend_health_policy":{"allowed_providers":["a"]}},
    "role_policy":{"role_assignments":{"human:bob":["owner"]},"role_constraints":{"arbiter":{"max_count":2}}}})");
  REQUIRE(read.has_value());
  CHECK(read->session_id == "proj:1");
  CHECK(read->policy.strict);
  CHECK(read->policy.compliance_profile == mpac::protocol::compliance_profile::governance);
  CHECK(read->policy.liveness.heartbeat_interval == std::chrono::milliseconds{1500});
  CHECK(read->policy.liveness.backend_health_policy.allowed_providers == std::vector<std::string>{"a"});
  CHECK(read->policy.role_policy->role_constraints.at("arbiter").max_count == 2u);
}

TEST_CASE("either spelling of the policy sections is taken") {
  const auto read =
      read_session_request({}, R"({"session_id":"s","governance_policy":{"frozen_scope_disable_phase_3":true},)"
                               R"("liveness_policy":{"heartbeat_interval_sec":2}})");
  REQUIRE(read.has_value());
  CHECK(read->policy.governance.frozen_scope_disable_phase_3);
  CHECK(read->policy.liveness.heartbeat_interval == std::chrono::seconds{2});
}

TEST_CASE("every bad key of a session request is told at once") {
  CHECK(
      mistakes_in(R"({"session_id":"a/b","strikt":true,"strict":1,"race_lock":null,"id":"x","workspace_dir":"/etc",
    "liveness":{"heartbeat_interval_sec":-1},"governance":[],"execution_model":"pre_commit","strict":true})") ==
      lines{"request body: session_id: must be a session id (1 to 128 of A-Z a-z 0-9 . _ ~ : @ -), not \"a/b\"",
            "request body: strikt: unknown key; did you mean \"strict\"?",
            "request body: strict: must be true or false, not 1",
            "request body: race_lock: must be true or false, not null",
            "request body: id: is the hub's own key, no policy's",
            "request body: workspace_dir: is the hub's own key, no policy's",
            "request body: liveness.heartbeat_interval_sec: must be a number of seconds from 0.001 to 31536000, not -1",
            "request body: governance: must be a section, not a list", "request body: strict: is given twice",
            "request body: execution_model: \"pre_commit\" needs compliance_profile \"governance\" or \"semantic\" "
            "(SPEC 7.8)"});
  CHECK(mistakes_in("{}") == lines{"request body: session_id: is missing"});
}

TEST_CASE("a body that is no JSON object is one mistake with its place") {
  CHECK(mistakes_in("{\"session_id\":\n \"a\" x}") ==
        lines{"request body:2:6: Missing a comma or '}' after an object member."});
  CHECK(mistakes_in("[]") == lines{"request body: must be a JSON object"});
  CHECK(mistakes_in("").size() == 1);
  CHECK(mistakes_in("{\"session_id\":\"\xff\"}").size() == 1);
}

TEST_CASE("a body that nests without end is refused without falling over") {
  const std::string open =
      "{\"session_id\":\"s\",\"liveness\":" + std::string(500'000, '[') + std::string(500'000, ']') + "}";
  CHECK(mistakes_in(open) == lines{"request body: liveness: must be a section, not a list"});
  std::string deep = "1";
  for (int i = 0; i < 40; ++i)
    deep = "{\"role_assignments\":" + deep + "}";
  CHECK(!mistakes_in("{\"session_id\":\"s\",\"role_policy\":" + deep + "}").empty());
}
