#include "protocol/wire/snapshot_encoder.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <set>

using namespace mpac;
using namespace mpac::tests;

namespace {

json_document snapshot_of(const pure_house& house) {
  return parse_json(protocol::snapshot_json(house.facts(), house.now()));
}

std::set<std::string> members_of(const json_value& object) {
  std::set<std::string> names;
  for (const auto& member : object.GetObject())
    names.emplace(member.name.GetString(), member.name.GetStringLength());
  return names;
}

/// Those of `wanted` that are not there.
std::set<std::string> missing(const json_value* object, std::set<std::string> wanted) {
  REQUIRE(object);
  for (const auto& name : members_of(*object))
    wanted.erase(name);
  return wanted;
}

const std::set<std::string> none;

/// Two people who dispute over a file that one of them has committed to, and an intent that is over.
pure_house busy_house() {
  opening how;
  how.files.put("shared.txt", protocol::workspace_file::of("as it was"));
  pure_house house(how);
  house.join("alice", "roles=[owner]");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=past scope=[old.py]");
  house.says("alice", "INTENT_WITHDRAW intent_id=past");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 objective=\"the door\" scope=[door.py] ttl_sec=120");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=door.py state_ref_before=r0 state_ref_after=r1");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[door.py]");
  return house;
}

} // namespace

TEST_CASE("a snapshot has every member that the specification lists",
          "[8.1.1.2-02][8.1.1.2-03][8.1.1.2-04][8.1.1.2-05][8.1.1.2-06][8.1.1.2-07][8.1.1.2-08][8.1.1.2-19]") {
  const auto house = busy_house();
  const auto taken = snapshot_of(house);
  CHECK(missing(&taken, {"snapshot_version", "session_id", "protocol_version", "captured_at", "coordinator_epoch",
                         "lamport_clock", "anti_replay", "participants", "intents", "operations", "conflicts",
                         "governance_policy", "liveness_policy", "session_closed", "target_state_refs", "deferrals",
                         "claims", "pending_claims"}) == none);
  CHECK(number_at(taken, "snapshot_version") == 2);
  CHECK(text_at(taken, "session_id") == "talk");
  CHECK(text_at(taken, "protocol_version") == "0.1.13");
  CHECK(text_at(taken, "captured_at") == base::to_rfc3339(house.now()));
  CHECK(number_at(taken, "coordinator_epoch") == 1);
  CHECK(number_at(taken, "lamport_clock") == static_cast<std::int64_t>(house.facts().lamport()));
  CHECK_FALSE(find(taken, "session_closed")->GetBool());
}

TEST_CASE("a snapshot's anti-replay state holds the frontier of each sender", "[8.1.1.2-09][8.1.1.2-10][8.1.1.2-11]") {
  const auto house = busy_house();
  const auto taken = snapshot_of(house);
  CHECK(find(taken, "anti_replay.replay_window_sec")->GetDouble() == 300);
  CHECK(find(taken, "anti_replay.recent_message_ids")->Size() == 2);
  const auto* bob = house.facts().people().find(protocol::principal_id("bob"));
  REQUIRE(bob);
  const auto& frontiers = *find(taken, "anti_replay.sender_frontier");
  const auto found = frontiers.FindMember(("bob|" + bob->instance.str()).c_str());
  REQUIRE(found != frontiers.MemberEnd());
  CHECK(number_at(found->value, "last_lamport") == static_cast<std::int64_t>(bob->lamport));
  CHECK(text_at(found->value, "last_ts") == base::to_rfc3339(bob->last_seen));
}

TEST_CASE("a snapshot's entities have all members, live and remembered ones",
          "[8.1.1.2-12][8.1.1.2-13][8.1.1.2-14][8.1.1.2-15]") {
  const auto house = busy_house();
  const auto taken = snapshot_of(house);

  REQUIRE(find(taken, "participants")->Size() == 2);
  CHECK(missing(find(taken, "participants.0"), {"principal_id", "principal_type", "display_name", "roles",
                                                "capabilities", "status", "is_available", "last_seen"}) == none);
  CHECK(text_at(taken, "participants.0.roles.0") == "owner");

  REQUIRE(find(taken, "intents")->Size() == 3);
  CHECK(missing(find(taken, "intents.0"), {"intent_id", "principal_id", "objective", "state", "scope", "received_at",
                                           "ttl_sec", "expires_at", "last_message_id", "claimed_by"}) == none);
  CHECK(text_at(taken, "intents.0.intent_id") == "past");
  CHECK(text_at(taken, "intents.0.state") == "WITHDRAWN");
  CHECK(text_at(taken, "intents.1.state") == "ACTIVE");
  CHECK(text_at(taken, "intents.1.objective") == "the door");
  CHECK(text_at(taken, "intents.1.scope.resources.0") == "door.py");
  CHECK(find(taken, "intents.1.ttl_sec")->GetDouble() == 120);
  CHECK(find(taken, "intents.1.claimed_by")->IsNull());

  REQUIRE(find(taken, "operations")->Size() == 1);
  CHECK(missing(find(taken, "operations.0"),
                {"op_id", "intent_id", "principal_id", "state", "target", "op_kind", "state_ref_before",
                 "state_ref_after", "batch_id", "authorized_at", "authorized_by", "created_at"}) == none);
  CHECK(text_at(taken, "operations.0.state") == "COMMITTED");
  CHECK(find(taken, "operations.0.batch_id")->IsNull());

  REQUIRE(find(taken, "conflicts")->Size() == 1);
  CHECK(missing(find(taken, "conflicts.0"),
                {"conflict_id", "category", "severity", "principal_a", "principal_b", "intent_a", "intent_b", "state",
                 "related_intents", "related_ops", "created_at", "escalated_to", "escalated_at", "resolution_id",
                 "resolved_by", "scope_frozen"}) == none);
  CHECK(text_at(taken, "conflicts.0.state") == "OPEN");
  CHECK(find(taken, "conflicts.0.related_intents")->Size() == 2);
  CHECK(find(taken, "conflicts.0.escalated_to")->IsNull());
}

TEST_CASE("a snapshot knows the state of every target, and the policies", "[8.1.1.2-16][8.1.1.2-17]") {
  const auto house = busy_house();
  const auto taken = snapshot_of(house);
  const auto& refs = *find(taken, "target_state_refs");
  REQUIRE(refs.HasMember("door.py"));
  CHECK(refs["door.py"] == "r1");
  REQUIRE(refs.HasMember("shared.txt"));
  CHECK(refs["shared.txt"].GetString() == protocol::state_ref_of("as it was"));
  CHECK(find(taken, "governance_policy.resolution_timeout_sec")->GetDouble() == 300);
  CHECK(find(taken, "liveness_policy.unavailability_timeout_sec")->GetDouble() == 90);
}

TEST_CASE("a settled conflict and a closed session are told", "[8.1.1.2-15]") {
  auto house = busy_house();
  const auto before = snapshot_of(house);
  house.says("alice",
             "RESOLUTION resolution_id=r9 decision=approved conflict_id=" + text_at(before, "conflicts.0.conflict_id"));
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  const auto taken = snapshot_of(house);
  CHECK(text_at(taken, "conflicts.0.state") == "CLOSED");
  CHECK(text_at(taken, "conflicts.0.resolution_id") == "r9");
  CHECK(find(taken, "session_closed")->GetBool());
  CHECK(text_at(taken, "close_reason") == "manual");
}

TEST_CASE("a snapshot tells what is pending, authorised and chained", "[16.5-04][8.1.1.2-14]") {
  opening how;
  protocol::session_policy policy;
  policy.compliance_profile = protocol::compliance_profile::governance;
  policy.execution_model = protocol::execution_model::pre_commit;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  pure_house house(how);
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  for (const auto* id : {"o1", "o2"})
    house.says("alice", std::string("OP_PROPOSE intent_id=i1 target=a.py op_id=") + id);
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py state_ref_before=r0 state_ref_after=r1");
  house.says("alice", "OP_COMMIT op_id=o2 intent_id=i1 target=a.py state_ref_before=r1 state_ref_after=r2");
  house.says("alice", "OP_SUPERSEDE op_id=o3 supersedes_op_id=o2 target=a.py");
  const auto taken = snapshot_of(house);
  const auto& operations = *find(taken, "operations");
  REQUIRE(operations.Size() == 3);
  CHECK(text_at(operations[0], "state") == "COMMITTED");
  CHECK(text_at(operations[0], "authorized_by") == "service:coordinator-talk");
  CHECK(find(operations[0], "follows")->IsNull());
  CHECK(text_at(operations[1], "state") == "SUPERSEDED");
  CHECK(text_at(operations[1], "follows") == "o1");
  CHECK(text_at(operations[1], "superseded_by") == "o3");
  CHECK(text_at(operations[2], "state") == "PROPOSED");
  CHECK(text_at(operations[2], "supersedes") == "o2");
  CHECK(find(operations[2], "refuse_at")->IsNull());
}
