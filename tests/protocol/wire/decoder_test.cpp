// What lenient sessions forgive, what strict ones insist on, and what neither lets pass.
#include "tests/protocol/wire/field_checks.hpp"

using namespace mpac::tests;

namespace {

template <class Message>
std::optional<refusal> refused(const std::vector<std::string>& steps, std::string_view json, strictness how) {
  altered_message message(sample_envelope<fixed, Message>());
  REQUIRE(message.replace(steps, json));
  return message.refused(how);
}

template <class Message>
Message read(altered_message& message) {
  decoder reader;
  auto result = reader.decode(message.text(), strictness::lenient);
  REQUIRE(result.has_value());
  return std::get<Message>(std::get<envelope>(*result).body);
}

/// Unknown words: refused always, refused when strict, or never.
enum class fate { always_refused, refused_when_strict, accepted };

template <class Message>
void check_word(const std::vector<std::string>& steps, fate wanted) {
  CAPTURE(steps.back());
  CHECK(refused<Message>(steps, R"("banana")", strictness::lenient).has_value() == (wanted == fate::always_refused));
  CHECK(refused<Message>(steps, R"("banana")", strictness::strict).has_value() == (wanted != fate::accepted));
}

} // namespace

TEST_CASE("words the hub acts on are closed lists for everybody", "[O-015]") {
  check_word<goodbye>({"payload", "intent_disposition"}, fate::always_refused);
  check_word<session_close>({"payload", "active_intents_disposition"}, fate::always_refused);
  check_word<op_batch_commit>({"payload", "atomicity"}, fate::always_refused);
  check_word<conflict_ack>({"payload", "ack_type"}, fate::always_refused);
  check_word<resolution>({"payload", "decision"}, fate::always_refused);
}

TEST_CASE("words that only describe are closed lists for strict sessions", "[O-015]") {
  check_word<hello>({"payload", "roles", "0"}, fate::refused_when_strict);
  check_word<goodbye>({"payload", "reason"}, fate::refused_when_strict);
  check_word<heartbeat>({"payload", "status"}, fate::refused_when_strict);
  check_word<heartbeat>({"payload", "backend_health", "provider_status"}, fate::refused_when_strict);
  check_word<heartbeat>({"payload", "backend_health", "switch_reason"}, fate::refused_when_strict);
  check_word<intent_announce>({"payload", "priority"}, fate::refused_when_strict);
  check_word<intent_claim_status>({"payload", "decision"}, fate::refused_when_strict);
  check_word<intent_deferred>({"payload", "status"}, fate::refused_when_strict);
  check_word<session_close>({"payload", "reason"}, fate::refused_when_strict);
  check_word<coordinator_status>({"payload", "event"}, fate::refused_when_strict);
  check_word<coordinator_status>({"payload", "session_health"}, fate::refused_when_strict);
  check_word<session_info>({"payload", "security_profile"}, fate::refused_when_strict);
  check_word<session_info>({"payload", "compliance_profile"}, fate::refused_when_strict);
  check_word<session_info>({"payload", "execution_model"}, fate::refused_when_strict);
}

TEST_CASE("lists that anybody may add to stay open", "[O-015][17.5-01][15.2-04]") {
  check_word<conflict_report>({"payload", "category"}, fate::accepted);
  check_word<conflict_report>({"payload", "severity"}, fate::accepted);
  check_word<conflict_report>({"payload", "basis", "kind"}, fate::accepted);
  check_word<conflict_report>({"payload", "basis", "match_type"}, fate::accepted);
  check_word<intent_announce>({"payload", "scope", "kind"}, fate::accepted);
  check_word<hello>({"payload", "credential", "type"}, fate::accepted);
  check_word<op_commit>({"payload", "op_kind"}, fate::accepted);
}

TEST_CASE("what existing clients send is read by a lenient session") {
  SECTION("HELLO with roles of their own") {
    CHECK_FALSE(refused<hello>({"payload", "roles"}, R"(["participant"])", strictness::lenient));
  }
  SECTION("HELLO with nothing at all") {
    altered_message message(sample_envelope<fixed, hello>());
    REQUIRE(message.replace({"payload"}, "{}"));
    CHECK(read<hello>(message) == hello{});
  }
  SECTION("GOODBYE with reason completed") {
    CHECK_FALSE(refused<goodbye>({"payload", "reason"}, R"("completed")", strictness::lenient));
  }
  SECTION("OP_COMMIT with null state refs and intent") {
    altered_message message(sample_envelope<fixed, op_commit>());
    for (const auto* name : {"state_ref_before", "state_ref_after", "intent_id"})
      REQUIRE(message.replace({"payload", name}, "null"));
    const auto commit = read<op_commit>(message);
    CHECK_FALSE(commit.state_ref_before);
    CHECK_FALSE(commit.state_ref_after);
    CHECK_FALSE(commit.intent_id);
  }
  SECTION("RESOLUTION without id and rationale") {
    altered_message message(sample_envelope<fixed, resolution>());
    REQUIRE(message.remove({"payload", "resolution_id"}));
    REQUIRE(message.remove({"payload", "rationale"}));
    CHECK_FALSE(read<resolution>(message).resolution_id);
  }
  SECTION("CONFLICT_REPORT in the shape of the TypeScript client") {
    altered_message message(sample_envelope<fixed, conflict_report>());
    REQUIRE(message.replace({"payload"}, R"({"conflict_id":"c","category":"scope_overlap","severity":"medium",)"
                                         R"("involved_principals":["a","b"],"scope_a":{},"scope_b":{},"basis":{}})"));
    CHECK(read<conflict_report>(message).involved_principals->size() == 2);
    CHECK(message.refused(strictness::strict));
  }
  SECTION("OP_BATCH_COMMIT without atomicity and refs") {
    altered_message message(sample_envelope<fixed, op_batch_commit>());
    REQUIRE(
        message.replace({"payload"}, R"({"batch_id":"b","operations":[{"op_id":"o","target":"t","op_kind":"k"}]})"));
    CHECK(read<op_batch_commit>(message).operations.size() == 1);
  }
  SECTION("numbers with fractions where whole ones are wanted") {
    altered_message message(sample_envelope<fixed, intent_deferred>());
    REQUIRE(message.replace({"payload", "ttl_sec"}, "60.0"));
    REQUIRE(message.replace({"watermark", "value"}, "7.0"));
    CHECK(read<intent_deferred>(message).ttl_sec == 60.0);
  }
}

TEST_CASE("a file_changes entry needs its content", "[13.1-01]") {
  const auto why =
      refused<op_commit>({"payload", "file_changes"}, R"({"a b":{"state_ref_before":"x"}})", strictness::lenient);
  REQUIRE(why);
  CHECK(why->description == R"(payload.file_changes["a b"].content: missing)");
}

TEST_CASE("a scope needs what its kind compares", "[13.1.Scope-02][13.1.Scope-03][13.1.Scope-04][13.1.Scope-05]"
                                                  "[13.1.Scope-06][13.1.Scope-07][13.1-03]") {
  const std::pair<const char*, const char*> missing[] = {
      {"file_set", "resources"}, {"resource_path", "pattern"}, {"task_set", "task_ids"},
      {"query", "expression"},   {"entity_set", "entities"},
  };
  for (const auto& [kind, member] : missing) {
    const auto why =
        refused<intent_announce>({"payload", "scope"}, std::string(R"({"kind":")") + kind + "\"}", strictness::lenient);
    REQUIRE(why);
    CHECK(why->description == std::string("payload.scope.") + member + ": missing, as kind is " + kind);
  }
  CHECK(refused<intent_announce>({"payload", "scope"}, R"({"kind":"query","expression":"x"})", strictness::lenient));
  CHECK(refused<intent_announce>({"payload", "scope"}, R"({"kind":"file_set","resources":[]})", strictness::lenient));
  CHECK(refused<intent_announce>({"payload", "scope"}, R"({"kind":"file_set","resources":null})", strictness::lenient));
}

TEST_CASE("a wrong entry is named with its place", "[13.1.Scope-02]") {
  const auto why = refused<intent_announce>({"payload", "scope", "resources"}, R"(["a","b",3])", strictness::lenient);
  REQUIRE(why);
  CHECK(why->description == "payload.scope.resources[2]: expected a string, found a number");
}

TEST_CASE("strict sessions insist on what a word entails", "[13.1.COORDINATOR_STATUS-07][13.1.COORDINATOR_STATUS-08]"
                                                           "[13.1.COORDINATOR_STATUS-09][13.1.COORDINATOR_STATUS-11]"
                                                           "[13.1.COORDINATOR_STATUS-12][13.1.COORDINATOR_STATUS-13]"
                                                           "[13.1.INTENT_CLAIM_STATUS-05][13.1-03]") {
  const auto check = []<class Message>(Message*, const char* word_field, const char* value, const char* demanded) {
    altered_message message(sample_envelope<fixed, Message>());
    REQUIRE(message.replace({"payload", word_field}, std::string("\"") + value + "\""));
    require_accepted(message, strictness::strict);
    REQUIRE(message.remove({"payload", demanded}));
    require_refused(message, strictness::strict, std::string("payload.") + demanded + ": missing, as ");
    require_accepted(message, strictness::lenient);
  };
  constexpr coordinator_status* status = nullptr;
  constexpr intent_claim_status* claim = nullptr;
  check(status, "event", "handover", "successor_coordinator_id");
  check(status, "event", "handover", "next_coordinator_epoch");
  check(status, "event", "authorization", "authorized_op_id");
  check(status, "event", "authorization", "authorized_by");
  check(status, "event", "backend_alert", "affected_principal");
  check(status, "event", "backend_alert", "backend_detail");
  check(claim, "decision", "approved", "new_intent_id");
  check(claim, "decision", "rejected", "reason");
  check(claim, "decision", "withdrawn", "reason");
}

TEST_CASE("a deferral says what it would have claimed, or how it ended", "[13.1.INTENT_DEFERRED-03][O-022]") {
  altered_message message(sample_envelope<fixed, intent_deferred>());
  REQUIRE(message.remove({"payload", "status"}));
  require_accepted(message, strictness::strict);
  REQUIRE(message.remove({"payload", "scope"}));
  require_refused(message, strictness::strict, "payload.scope: missing");
  require_accepted(message, strictness::lenient);
}

TEST_CASE("a strict report names an intent or an operation", "[13.1.CONFLICT_REPORT-10]") {
  altered_message message(sample_envelope<fixed, conflict_report>());
  REQUIRE(message.remove({"payload", "related_intents"}));
  require_accepted(message, strictness::strict);
  REQUIRE(message.remove({"payload", "related_ops"}));
  require_refused(message, strictness::strict, "payload.related_intents: names nothing");
  require_accepted(message, strictness::lenient);
}
