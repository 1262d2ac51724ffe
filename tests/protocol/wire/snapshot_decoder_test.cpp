#include "protocol/wire/snapshot_decoder.hpp"

#include "protocol/resource_registry.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "protocol/workspace/state_ref.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/pure_house.hpp"

#include <fstream>
#include <iterator>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;
using protocol::read_snapshot;

namespace {

std::string data(std::string_view name) {
  std::ifstream in(std::string(MPAC_SOURCE_DIR "/tests/protocol/wire/data/").append(name));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string why_not(const std::string& text, const protocol::snapshot_surroundings& around = {}) {
  const auto read = read_snapshot(text, around);
  return read ? "" : read.error().description;
}

/// Sets a member of a document, also inside the entries of lists.
void set(json_document& document, std::string_view path, const json_value& value) {
  const auto dot = path.rfind('.');
  auto* parent = &static_cast<json_value&>(document);
  if (dot != std::string_view::npos)
    parent = const_cast<json_value*>(find(document, path.substr(0, dot)));
  REQUIRE(parent);
  const auto name = path.substr(dot == std::string_view::npos ? 0 : dot + 1);
  auto& memory = document.GetAllocator();
  json_value key(name.data(), static_cast<rapidjson::SizeType>(name.size()), memory);
  parent->RemoveMember(key);
  parent->AddMember(key, json_value(value, memory), memory);
}

/// The session in which one snapshot goes on, and what it says of itself then.
protocol::session taken_up(const std::string& text, const protocol::snapshot_surroundings& around = {}) {
  auto read = read_snapshot(text, around);
  if (!read)
    FAIL(read.error().description);
  return protocol::session(std::move(*read));
}

/// A policy in which every key a snapshot holds has another value than by default.
protocol::shared_policy unusual_policy() {
  protocol::session_policy p;
  p.compliance_profile = protocol::compliance_profile::governance;
  p.execution_model = protocol::execution_model::pre_commit;
  p.state_ref_format = "git_blob";
  p.protocol_version = "0.1.15";
  p.strict = false;
  p.race_lock = false;
  p.unknown_intent_commit = protocol::unknown_intent_commit::reject;
  p.files_before_hello = true;
  p.routing = {protocol::relay_to::others, protocol::authorization_audience::all, protocol::claim_status_audience::all};
  p.liveness.heartbeat_interval = 7s;
  p.liveness.unavailability_timeout = 70s;
  p.liveness.intent_claim_approval = protocol::claim_approval::by_decision;
  p.liveness.intent_claim_grace_period = 290ms;
  p.liveness.intent_backoff_initial = 3s;
  p.liveness.intent_backoff_max = 33s;
  p.liveness.intent_backoff_multiplier = 1.7;
  p.liveness.default_intent_ttl = 1000s;
  p.liveness.default_deferral_ttl = 61s;
  p.liveness.backend_health_policy = {true,
                                      "elsewhere",
                                      9s,
                                      protocol::backend_reaction::ignore,
                                      protocol::backend_reaction::warn,
                                      protocol::backend_switching::forbidden,
                                      {"anthropic"}};
  p.governance.require_arbiter = true;
  p.governance.primary_arbiter = "carol";
  p.governance.parties_may_resolve = false;
  p.governance.resolution_timeout = 40s;
  p.governance.frozen_scope_phase_1 = 41s;
  p.governance.frozen_scope_phase_2 = 42s;
  p.governance.frozen_scope_disable_phase_3 = true;
  p.governance.intent_expiry_grace = 43s;
  p.lifecycle = {true, 5s, 99999s, false, 7};
  p.security.replay_window = 123s;
  p.role_policy.emplace();
  p.role_policy->default_role = "contributor";
  p.role_policy->role_assignments = {{"alice", {"owner"}}, {"carol", {"arbiter"}}};
  p.role_policy->role_constraints = {{"owner", {2, {"agent", "human"}}}};
  p.role_policy->owned_scopes = {{"alice", {"src/**"}}};
  p.resource_registry = std::make_shared<const protocol::resource_registry>(
      std::vector<protocol::resource_mapping>{{"urn:a", {{"file_set", "a.py"}, {"task_set", "t1"}}}});
  return std::make_shared<const protocol::session_policy>(std::move(p));
}

/// As much as a session can hold at once: disputes in all phases, claims, deferrals, backoffs, batches, what is refused
/// afterwards, what has ended, people who left and who are lost.
void live_it_up(pure_house& house) {
  house.join("alice", "roles=[owner] backend={model_id: anthropic/one, provider: anthropic}");
  house.join("bob");
  house.join("carol", "roles=[arbiter]");
  house.join("dave");
  house.join("eve");
  const auto say = [&](const std::string& who, const std::string& what) { house.says(who, what); };
  say("alice", "INTENT_ANNOUNCE intent_id=ia objective=\"the door\" scope=[a.py, b.py] ttl_sec=5000 priority=high "
               "assumptions=[\"it is open\"]");
  say("bob", "INTENT_ANNOUNCE intent_id=ib scope=[a.py] ttl_sec=5000 parent_intent_id=ia");
  say("dave", "INTENT_ANNOUNCE intent_id=id scope=[d.py] ttl_sec=5000");
  say("alice", "OP_PROPOSE op_id=pa intent_id=ia target=b.py");
  say("dave", "OP_PROPOSE op_id=pd intent_id=ib target=a.py");
  say("alice", "OP_COMMIT op_id=oa intent_id=ia target=a.py state_ref_before=r0 state_ref_after=r1");
  say("alice", "OP_BATCH_COMMIT batch_id=B intent_id=ia operations=[{op_id: b1, target: x.py, op_kind: replace}, "
               "{op_id: b2, target: y.py, op_kind: replace, state_ref_before: s0, state_ref_after: s1}]");
  say("bob", "INTENT_DEFERRED deferral_id=def scope=[a.py] reason=busy observed_intent_ids=[ia] ttl_sec=3000");
  say("eve", "INTENT_ANNOUNCE intent_id=ie scope={kind: query, expression: e, language: l, extensions: {x: 1}}");
  say("eve", "INTENT_WITHDRAW intent_id=ie");
  say("eve", "GOODBYE");
  const auto conflict = house.facts().conflicts().all().front()->conflict_id.str();
  say("alice", "CONFLICT_ACK conflict_id=" + conflict);
  say("alice", "INTENT_ANNOUNCE intent_id=ix scope=[z.py]");
  say("bob", "INTENT_ANNOUNCE intent_id=iz scope=[z.py]");
  const auto second = house.facts().conflicts().all().back()->conflict_id.str();
  say("carol", "RESOLUTION conflict_id=" + second + " decision=approved outcome={rejected: [iz]}");
  house.disconnect("dave");
  for (int i = 0; i < 12; ++i) {
    house.wait(10s);
    for (const auto* who : {"alice", "bob", "carol"})
      say(who, "HEARTBEAT status=working");
  }
  say("bob", "INTENT_CLAIM claim_id=c1 original_intent_id=id original_principal_id=dave new_intent_id=ibd "
             "objective=\"go on\" scope=[d.py]");
}

void check_round_trip(pure_house& house) {
  house.restart(1s); // nobody sits anywhere in a snapshot
  protocol::snapshot_surroundings around;
  around.files = house.facts().files();
  const auto before = protocol::snapshot_json(house.facts(), house.now());
  const auto again = taken_up(before, around);
  CHECK(protocol::snapshot_json(again, house.now()) == before);
  CHECK(again.policy() == house.facts().policy());
  CHECK(again.files() == house.facts().files());
  CHECK(again.origin().limits == house.facts().origin().limits);
}

} // namespace

TEST_CASE("a session made of its snapshot is the same session", "[8.1.1.3-01][8.1.1.2-19][7.7-04][O-034]") {
  opening how;
  how.limits.participants = 9;
  how.files.put("shared.txt", protocol::workspace_file::of("as it was"));
  SECTION("by default") {}
  SECTION("in the governance profile, where claims wait for a word") {
    protocol::session_policy policy;
    policy.compliance_profile = protocol::compliance_profile::governance;
    policy.liveness.intent_claim_approval = protocol::claim_approval::by_decision;
    policy.liveness.intent_backoff_initial = 60s;
    policy.governance.resolution_timeout = 60s;
    how.policy = std::make_shared<const protocol::session_policy>(policy);
  }
  SECTION("where nothing is as usual") {
    auto policy = *unusual_policy();
    policy.resource_registry = nullptr; // the same in another object is not equal
    how.policy = std::make_shared<const protocol::session_policy>(policy);
  }
  pure_house house(how);
  live_it_up(house);
  check_round_trip(house);
}

TEST_CASE("a snapshot's registry resolves what it did", "[8.1.1.3-01][15.2.3-03]") {
  opening how;
  how.policy = unusual_policy();
  pure_house house(how);
  const auto again = taken_up(protocol::snapshot_json(house.facts(), house.now()));
  REQUIRE(again.registry());
  CHECK(again.registry()->mappings() == how.policy->resource_registry->mappings());
  CHECK(again.policy().role_policy == how.policy->role_policy);
}

TEST_CASE("a session goes on from its snapshot as it would have gone on itself", "[7.7-04][8.1.1.3-01][12.7-07]") {
  const auto go_on = [](pure_house& house) {
    house.connect("alice");
    house.says("alice", "HELLO roles=[owner]");
    house.join("bob");
    house.wait(40s);
    house.says("bob", "OP_COMMIT op_id=o9 intent_id=ib target=a.py state_ref_before=r0 state_ref_after=r9");
    house.says("alice", "INTENT_WITHDRAW intent_id=ia");
    house.wait(400s);
    std::string heard;
    for (const auto* who : {"alice", "bob"})
      for (const auto& frame : house.heard(who))
        heard += to_text(frame) + "\n";
    return heard;
  };
  pure_house one, other;
  live_it_up(one);
  live_it_up(other);
  const auto text = protocol::snapshot_json(other.facts(), other.now());
  one.restart(30s);
  auto read = read_snapshot(text);
  REQUIRE(read);
  other.restart_from(std::move(*read), 30s);
  CHECK(go_on(one) == go_on(other));
  CHECK(one.facts().origin().epoch == 2);
  CHECK(other.facts().origin().epoch == 2);
}

TEST_CASE("what the specification lists is enough to go on from", "[8.1.1.3-01][8.1.1.3-04][8.1.1.2-19]") {
  const auto text = data("minimal.json");
  protocol::snapshot_surroundings around;
  auto policy = *protocol::default_policy();
  policy.governance.resolution_timeout = 77s;
  around.policy = std::make_shared<const protocol::session_policy>(policy);
  const auto facts = taken_up(text, around);
  CHECK(facts.origin().epoch == 4);
  CHECK(facts.lamport() == 42);
  CHECK(facts.policy().governance.resolution_timeout == 77s);
  const auto* alice = facts.people().find(protocol::principal_id("agent:alice"));
  REQUIRE(alice);
  CHECK(alice->instance.str() == "inst-01");
  CHECK(alice->lamport == 41);
  const auto* operation = facts.proposals().find(protocol::op_id("op-001"));
  REQUIRE(operation);
  CHECK(operation->principal_id.str() == "agent:alice");
  const auto* conflict = facts.conflicts().find(protocol::conflict_id("conf-001"));
  REQUIRE(conflict);
  CHECK(conflict->principal_a.str() == "agent:alice");
  CHECK(conflict->next_step == conflict->created_at + 77s);
}

TEST_CASE("a snapshot of the reference's coordinator is taken up: commits, disputes, people who left",
          "[8.1.1.3-01][8.1.1.3-08][O-034]") {
  const auto facts = taken_up(data("python_core.json"));
  CHECK(facts.people().size() == 4);
  CHECK(facts.people().find(protocol::principal_id("agent:dave"))->departed);
  CHECK(facts.intents().size() == 2);
  CHECK(facts.past_intents().find(protocol::intent_id("i-dave"))->state == protocol::intent_state::expired);
  CHECK(facts.past_operations().find(protocol::op_id("op-2"))->state == protocol::operation_state::superseded);
  CHECK(facts.operations_registered() == facts.past_operations().size());
  // It forgets the state of its targets; that follows from what was committed.
  REQUIRE(facts.target_ref("auth.py"));
  CHECK(*facts.target_ref("auth.py") == "sha256:03");
  const auto open = facts.conflicts().all();
  REQUIRE(open.size() == 4);
  CHECK(open.front()->state == protocol::conflict_state::escalated);
  CHECK(open.front()->escalated_to->str() == "human:carol");
  CHECK(open.front()->next_step == open.front()->escalated_at + facts.policy().governance.resolution_timeout);
  CHECK(facts.past_conflicts().size() == 1);
}

TEST_CASE("a snapshot of the reference's coordinator is taken up: what is frozen, suspended and claimed",
          "[8.1.1.3-01][O-034]") {
  protocol::snapshot_surroundings around;
  protocol::session_policy policy;
  policy.compliance_profile = protocol::compliance_profile::governance;
  policy.execution_model = protocol::execution_model::pre_commit;
  around.policy = std::make_shared<const protocol::session_policy>(policy);
  const auto facts = taken_up(data("python_governance.json"), around);
  const auto* dave = facts.intents().find(protocol::intent_id("i-dave"));
  REQUIRE(dave);
  CHECK(dave->state == protocol::intent_state::suspended);
  CHECK(dave->suspension_cause == protocol::suspension_cause::owner_unavailable);
  CHECK(facts.somebody_is_missed());
  const auto* conflict = facts.conflicts().find(protocol::conflict_id("conf-f"));
  REQUIRE(conflict);
  CHECK(conflict->phase == protocol::freeze_phase::resolution);
  CHECK(facts.frozen().at("auth.py").size() == 1);
  CHECK(facts.frozen().at("test.py").size() == 1);
  CHECK(facts.frozen().at("README.md").empty());
  const auto* proposal = facts.proposals().find(protocol::op_id("op-a1"));
  REQUIRE(proposal);
  CHECK(proposal->authorised_by->str() == "service:coordinator-governed");
  CHECK_FALSE(facts.proposals().find(protocol::op_id("op-b2"))->authorised_by);
  const auto* claim = facts.claims().find(protocol::claim_id("claim-1"));
  REQUIRE(claim);
  CHECK(claim->waits_for == protocol::claim_wait::approver);
  REQUIRE(claim->frame);
  const auto said = parse_json(claim->frame->payload());
  CHECK(text_at(said, "message_type") == "INTENT_CLAIM");
  CHECK(text_at(said, "sender.principal_id") == "agent:bob");
  CHECK(text_at(said, "payload.justification") == "Dave is away");
}

TEST_CASE("a snapshot of the reference's TypeScript coordinator is taken up", "[8.1.1.3-01][O-034]") {
  const auto facts = taken_up(data("typescript_core.json"));
  CHECK(facts.intents().size() == 3);
  CHECK(facts.intents().find(protocol::intent_id("i-bob"))->expires_at == base::never);
  CHECK(facts.people().find(protocol::principal_id("agent:bob"))->departed);
  CHECK_FALSE(facts.past_operations().find(protocol::op_id("op-2"))->intent_id);
  CHECK(facts.conflicts().all().front()->state == protocol::conflict_state::acked);
}

TEST_CASE("those of a snapshot that was taken up come back as ever", "[8.1.1.3-07][8.1.1.3-08][12.7-11]") {
  auto read = read_snapshot(data("typescript_core.json"));
  REQUIRE(read);
  pure_house house;
  house.restart_from(std::move(*read), 0s);
  house.connect("alice");
  house.says("alice", "HELLO roles=[owner] @session_id=ts-session @sender.principal_id=agent:alice "
                      "@sender.sender_instance_id=again");
  CHECK(house.hears("alice", "SESSION_INFO @coordinator_epoch=2"));
  CHECK(house.hears("alice", "COORDINATOR_STATUS event=recovered"));
}

TEST_CASE("contents of files stand beside a snapshot, and only those in the state it tells", "[8.1.1.2-18]") {
  opening how;
  how.files.put("kept.txt", protocol::workspace_file::of("kept"));
  how.files.put("changed.txt", protocol::workspace_file::of("before"));
  const pure_house house(how);
  const auto text = protocol::snapshot_json(house.facts(), house.now());
  const auto bare = taken_up(text);
  CHECK(bare.files().empty());
  CHECK(*bare.target_ref("kept.txt") == protocol::state_ref_of("kept"));
  protocol::snapshot_surroundings around;
  around.files.put("kept.txt", protocol::workspace_file::of("kept"));
  around.files.put("changed.txt", protocol::workspace_file::of("behind the hub's back"));
  around.files.put("new.txt", protocol::workspace_file::of("new"));
  const auto facts = taken_up(text, around);
  CHECK(facts.files().find("kept.txt"));
  CHECK(facts.files().find("new.txt"));
  CHECK_FALSE(facts.files().find("changed.txt"));
  CHECK(*facts.target_ref("changed.txt") == protocol::state_ref_of("before"));
}

TEST_CASE("another version than 2 is refused before anything else", "[8.1.1.2-03][O-035]") {
  CHECK(why_not(R"({"snapshot_version": 3})") == "snapshot_version: only version 2 can be read");
  CHECK(why_not(R"({"snapshot_version": "2"})") == "snapshot_version: only version 2 can be read");
  CHECK(why_not("{}") == "snapshot_version: missing");
}

TEST_CASE("what is no JSON object is no snapshot", "[O-035]") {
  for (const auto* text : {"", "[]", "nothing", "{", "\xff", R"({"session_id": "\ud800"})"}) {
    CAPTURE(text);
    CHECK(why_not(text).rfind("snapshot: ", 0) == 0);
  }
  CHECK(why_not(std::string(100, '[')).rfind("snapshot: ", 0) == 0);
}

namespace {

struct slip {
  std::string_view path, value, what; ///< `what` begins with the place
};

} // namespace

TEST_CASE("every mistake names its place", "[8.1.1.2-19][O-035]") {
  const auto made = GENERATE(values<slip>({
      {"session_id", "\"\"", "session_id: an identifier"},
      {"captured_at", "null", "captured_at: missing"},
      {"captured_at", "\"noon\"", "captured_at: \"noon\" is no RFC 3339 time"},
      {"coordinator_epoch", "0", "coordinator_epoch: the first epoch is 1"},
      {"lamport_clock", "-1", "lamport_clock: out of range"},
      {"lamport_clock", "9007199254740991", "lamport_clock: out of range"},
      {"lamport_clock", "1.5", "lamport_clock: expected a whole number"},
      {"participants", "{}", "participants: expected an array"},
      {"participants", "[7]", "participants[0]: expected an object"},
      {"participants", "[{\"principal_id\": \"a\"}, {\"principal_id\": \"a\"}]", "participants[1].principal_id: two"},
      {"participants", "[]", "intents[0].principal_id: is not among the participants"},
      {"participants.0.principal_type", "\"robot\"", "participants[0].principal_type: \"robot\" is none"},
      {"participants.0.roles", "[1]", "participants[0].roles[0]: expected a string"},
      {"intents.0.state", "\"DONE\"", "intents[0].state: \"DONE\" is none"},
      {"intents.0.scope", "{\"kind\": \"file_set\"}", "intents[0].scope: "},
      {"intents.0.scope", "null", "intents[0].scope: missing"},
      {"intents.0.scope.resources", "\"a.py\"", "intents[0].scope.resources: expected an array"},
      {"intents.0.ttl_sec", "-5", "intents[0].ttl_sec: out of range"},
      {"operations.0.state", "null", "operations[0].state: missing"},
      {"operations.0.batch_atomicity", "\"some\"", "operations[0].batch_atomicity: \"some\" is none"},
      {"conflicts.0.related_ops", "[null]", "conflicts[0].related_ops[0]: expected a string"},
      {"conflicts.0.scope_frozen", "1", "conflicts[0].scope_frozen: expected true or false"},
      {"governance_policy.require_arbiter", "\"yes\"", "governance_policy.require_arbiter: expected true"},
      {"governance_policy.timeout_action", "\"shrug\"", "governance_policy.timeout_action: \"shrug\" is none"},
      {"liveness_policy.intent_backoff_multiplier", "0.5", "liveness_policy: intent_backoff_multiplier"},
      {"execution_model", "\"pre_commit\"", "[\"execution_model\"]"},
      {"anti_replay.sender_frontier", "{\"nobody\": {}}", "anti_replay.sender_frontier.nobody: expected the name"},
      {"anti_replay.replay_window_sec", "[]", "anti_replay.replay_window_sec: expected a number"},
  }));
  auto text = parse_json(data("minimal.json"));
  const std::string path(made.path);
  auto value = parse_json("{\"v\": " + std::string(made.value) + "}");
  set(text, path, value["v"]);
  const auto why = why_not(to_text(text));
  INFO(made.path << " = " << made.value << ": " << why);
  if (made.path == "execution_model")
    CHECK(why.find("execution_model") != std::string::npos);
  else
    CHECK(why.rfind(made.what, 0) == 0);
}

TEST_CASE("what no session holds is refused: two of one name, numbers that don't rise, a name twice", "[O-035]") {
  auto text = parse_json(data("minimal.json"));
  const auto twice = [&](const char* list) {
    auto& entries = text[list];
    entries.PushBack(json_value(entries[0], text.GetAllocator()), text.GetAllocator());
    return why_not(to_text(text));
  };
  SECTION("intents") {
    CHECK(twice("intents") == "intents[1].intent_id: two live intents of one name");
  }
  SECTION("operations") {
    CHECK(twice("operations") == "operations[1].op_id: two pending operations of one name");
  }
  SECTION("conflicts") {
    CHECK(twice("conflicts") == "conflicts[1].conflict_id: two open conflicts of one name");
  }
  SECTION("numbers") {
    set(text, "intents.0.order", json_value(5));
    CHECK(twice("intents") == "intents[1].order: has to rise from one to the next");
  }
  SECTION("members") {
    CHECK(why_not(R"({"snapshot_version": 2, "session_id": "a", "session_id": "b"})") == "session_id: appears twice");
  }
}

TEST_CASE("a claim on what can't be claimed any more is over when it is taken up", "[14.7.4-11]") {
  auto text = parse_json(data("python_governance.json"));
  set(text, "intents.2.state", json_value("ACTIVE"));
  const auto facts = taken_up(to_text(text));
  CHECK(facts.claims().empty());
  const auto* claim = facts.past_claims().find(protocol::claim_id("claim-1"));
  REQUIRE(claim);
  CHECK(claim->decision == protocol::claim_decision::rejected);
}

TEST_CASE("what names an operation's former life is not about the operation of that id now", "[17.9-06][8.1.1.3-01]") {
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "OP_COMMIT op_id=o1 target=a.py state_ref_before=r0 state_ref_after=r1");
  house.says("bob", "CONFLICT_REPORT conflict_id=c1 category=concurrent_write severity=low related_ops=[o1] "
                    "related_intents=[]");
  house.says("alice", "OP_COMMIT op_id=o1 target=b.py state_ref_before=r0 state_ref_after=r1");
  const protocol::op_id again("o1");
  const auto is_about_it = [&again](const protocol::session& facts) {
    const auto& conflicts = facts.conflicts();
    REQUIRE(conflicts.size() == 1);
    return conflicts.is_about(*conflicts.all().front(), again);
  };
  CHECK_FALSE(is_about_it(house.facts()));
  house.restart(0s);
  CHECK_FALSE(is_about_it(house.facts()));
  CHECK_FALSE(is_about_it(taken_up(protocol::snapshot_json(house.facts(), house.now()))));
}
