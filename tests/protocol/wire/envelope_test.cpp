// The envelope itself: every field of it, and what decides how the rest is read.
#include "tests/protocol/wire/field_checks.hpp"

using namespace mpac::tests;

namespace {

envelope whole() {
  return sample_envelope<fixed, intent_withdraw>();
}

refusal refused(const std::vector<std::string>& steps, std::string_view json, strictness how = strictness::lenient) {
  altered_message message(whole());
  REQUIRE(message.replace(steps, json));
  const auto why = message.refused(how);
  REQUIRE(why);
  return *why;
}

} // namespace

TEST_CASE("every field of the envelope is demanded and checked as its table says",
          "[11-01][11.2-01][11.2-02][11.2-03][11.2-04][11.2-05][11.2-06][11.2-07][11.2-09][11.2-10][11.2-11][11.3-01]"
          "[11.3-02][11.3-03][11.3-04][11.3-05][11.3-06][11.3-07][22.1-01]") {
  for (const auto& field : envelope_fields()) {
    CAPTURE(field.path);
    check_missing(whole(), field, {});
    check_null(whole(), field);
    check_wrong_types(whole(), field);
    check_wrong_values(whole(), field);
  }
}

TEST_CASE("the payload is there and is an object", "[11.2-08][11-01]") {
  altered_message message(whole());
  REQUIRE(message.remove({"payload"}));
  require_refused(message, strictness::lenient, "payload: missing");
  for (const auto* json : {"null", "1", "[]", "\"x\"", "true"})
    CHECK(refused({"payload"}, json).description.rfind("payload: expected an object", 0) == 0);
}

TEST_CASE("protocol is the literal MPAC", "[11.4-01]") {
  for (const auto* json : {R"("mpac")", R"("MPAC2")", R"("")"})
    CHECK(refused({"protocol"}, json).code == error_code::malformed_message);
}

TEST_CASE("any 0.1.x is spoken, nothing else", "[O-005][11.4-02][25.1-01]") {
  for (const auto* json : {R"("0.1.0")", R"("0.1.13")", R"("0.1.15")", R"("0.1.999")"}) {
    altered_message message(whole());
    REQUIRE(message.replace({"version"}, json));
    require_accepted(message, strictness::strict);
  }
  for (const auto* json :
       {R"("")", R"("0.1")", R"("0.1.")", R"("0.2.0")", R"("1.1.13")", R"("0.1.13-beta")", R"("00.1.1")"}) {
    const auto why = refused({"version"}, json);
    CHECK(why.code == error_code::version_mismatch);
    CHECK(why.refers_to == whole().message_id);
  }
}

TEST_CASE("a version that is not spoken is told even when nothing else is understood", "[O-005]") {
  const auto why =
      altered_message::refused(R"({"protocol":"MPAC","version":"9.0","message_id":"m","new":{}})", strictness::strict);
  REQUIRE(why);
  CHECK(why->code == error_code::version_mismatch);
  CHECK(why->refers_to == message_id("m"));
}

TEST_CASE("ts is RFC 3339 in every session", "[11.4-04]") {
  for (const auto* json : {R"("yesterday")", R"("2026-04-08T25:10:15Z")", R"("")"})
    CHECK(refused({"ts"}, json).description.rfind("ts: ", 0) == 0);
}

TEST_CASE("an unknown principal type is refused even from lenient clients", "[10.2-01]") {
  const auto why = refused({"sender", "principal_type"}, R"("robot")");
  CHECK(why.description == R"(sender.principal_type: "robot" is none of human, agent, service)");
}

TEST_CASE("a refusal names the offending message wherever its id can be read", "[22.1-01]") {
  CHECK(refused({"payload", "intent_id"}, "7").refers_to == whole().message_id);
  CHECK(refused({"ts"}, "7").refers_to == whole().message_id);
  CHECK_FALSE(refused({"message_id"}, "7").refers_to);
  CHECK_FALSE(refused({"message_id"}, R"("")").refers_to);
}

TEST_CASE("an unknown message type is an envelope without known body", "[25.3-01]") {
  altered_message message(whole());
  REQUIRE(message.replace({"message_type"}, R"("INTENT_DREAM")"));
  decoder reader;
  const auto read = reader.decode(message.text(), strictness::strict);
  REQUIRE(read.has_value());
  CHECK(std::get<unknown_message>(std::get<envelope>(*read).body).type == "INTENT_DREAM");
  CHECK_FALSE(kind_of(std::get<envelope>(*read).body));
  CHECK(refused({"message_type"}, R"("")").description == "message_type: must not be empty");
}

TEST_CASE("fields nobody knows are let through everywhere", "[21.2-01][21.1-01][21.1-02][21.1-03][O-024]") {
  const std::string text =
      R"({"x.y":{"a":[1,{"b":null}]},"protocol":"MPAC","version":"0.1.15","message_type":"INTENT_WITHDRAW",)"
      R"("message_id":"m","session_id":"s","sender":{"principal_id":"p","principal_type":"human",)"
      R"("sender_instance_id":"i","extensions":{"v.e":1}},"ts":"2026-04-08T03:10:15Z",)"
      R"("payload":{"intent_id":"i","extensions":{"v.e":[]},"mood":"good"},)"
      R"("watermark":{"kind":"lamport_clock","value":1.0,"extensions":{}},"extensions":{"v.e":1.50}})";
  decoder reader;
  const auto read = reader.decode(text, strictness::strict);
  REQUIRE(read.has_value());
  CHECK(std::get<envelope>(*read).extensions == json_text{R"({"v.e":1.50})"});
}

TEST_CASE("a strict session wants to know what a commit, a report and a resolution rest on",
          "[12.5-01][12.6-02][O-027]") {
  each_message([]<class Message>(Message*) {
    altered_message message(sample_envelope<fixed, Message>());
    REQUIRE(message.remove({"watermark"}));
    require_accepted(message, strictness::lenient);
    constexpr bool causal = std::is_same_v<Message, op_commit> || std::is_same_v<Message, conflict_report> ||
                            std::is_same_v<Message, resolution>;
    if (causal)
      require_refused(message, strictness::strict, "watermark: missing");
    else
      require_accepted(message, strictness::strict);
  });
}

TEST_CASE("each watermark kind has its own value", "[12.2-01][12.2-02][12.2-03][12.2-04][13.1.Watermark-02]") {
  const auto reads = [](std::string_view json, strictness how) {
    altered_message message(whole());
    REQUIRE(message.replace({"watermark"}, json));
    return !message.refused(how);
  };
  for (const auto* json :
       {R"({"kind":"lamport_clock","value":3})", R"({"kind":"vector_clock","value":{"a":1},"lamport_value":2})",
        R"({"kind":"causal_frontier","value":"x"})", R"({"kind":"opaque","value":"x","lamport_value":60.0})",
        R"({"kind":"mine","value":[1]})"}) {
    CAPTURE(json);
    CHECK(reads(json, strictness::strict));
  }
  for (const auto* json :
       {R"({})", R"({"kind":"lamport_clock"})", R"({"value":3})", R"({"kind":7,"value":3})",
        R"({"kind":"lamport_clock","value":-1})", R"({"kind":"lamport_clock","value":"3"})",
        R"({"kind":"lamport_clock","value":9007199254740992})", R"({"kind":"opaque","value":"x","lamport_value":-1})",
        R"({"kind":"opaque","value":"x","lamport_value":"1"})"}) {
    CAPTURE(json);
    CHECK_FALSE(reads(json, strictness::lenient));
  }
  CHECK_FALSE(reads(R"({"kind":"vector_clock","value":1})", strictness::strict));
  CHECK_FALSE(reads(R"({"kind":"opaque","value":{}})", strictness::strict));
}
