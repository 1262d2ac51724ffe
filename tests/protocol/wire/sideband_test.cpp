#include "protocol/sideband.hpp"

#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "tests/protocol/wire/altered_message.hpp"
#include "tests/protocol/wire/samples.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;
using namespace mpac::tests;

namespace {

inbound read(std::string_view text) {
  decoder reader;
  auto result = reader.decode(frame::of(text), strictness::strict);
  REQUIRE(result.has_value());
  return std::move(*result);
}

std::string written(const sideband_answer& answer) {
  return std::string(encode(answer)->payload());
}

} // namespace

TEST_CASE("the sideband's requests are told by their type") {
  CHECK(std::holds_alternative<file_list_request>(read(R"({"type":"FILE_LIST"})")));
  CHECK(std::holds_alternative<session_summary_request>(read(R"({"type":"SESSION_SUMMARY","more":1})")));
  CHECK(std::get<file_read_request>(read(R"({"path":"src/a.py","type":"FILE_READ"})")).path == "src/a.py");
}

TEST_CASE("a sideband type wins over an envelope in the same object") {
  altered_message message(sample_envelope<fixed, heartbeat>());
  const std::string text = message.text();
  CHECK(std::holds_alternative<file_list_request>(read(R"({"type":"FILE_LIST",)" + text.substr(1))));
  CHECK(std::holds_alternative<envelope>(read(R"({"type":"FILE_LOST",)" + text.substr(1))));
  CHECK(std::holds_alternative<envelope>(read(R"({"type":5,)" + text.substr(1))));
}

TEST_CASE("FILE_READ names its path") {
  const auto why = altered_message::refused(R"({"type":"FILE_READ"})", strictness::lenient);
  REQUIRE(why);
  CHECK(why->description == "path: missing");
  CHECK(altered_message::refused(R"({"type":"FILE_READ","path":7})", strictness::lenient)->description ==
        "path: expected a string, found a number");
  CHECK(altered_message::refused(R"({"type":"FILE_READ","path":"a","path":"b"})", strictness::lenient)->description ==
        "path: appears twice");
}

TEST_CASE("an unknown type without message_type is named in the refusal") {
  const auto why = altered_message::refused(R"({"type":"FILE_LOST"})", strictness::lenient);
  REQUIRE(why);
  CHECK(why->code == error_code::malformed_message);
  CHECK(why->description.find("FILE_LOST") != std::string::npos);
}

TEST_CASE("answers carry the names existing clients read") {
  CHECK(written(file_list_response{{{"a.py", "sha256:0", 3}}}) ==
        R"({"type":"FILE_LIST_RESPONSE","files":[{"path":"a.py","state_ref":"sha256:0","size":3}]})");
  CHECK(written(file_list_response{}) == R"({"type":"FILE_LIST_RESPONSE","files":[]})");
  CHECK(written(file_content{"a.py", "", "sha256:0"}) ==
        R"({"type":"FILE_CONTENT","path":"a.py","content":"","state_ref":"sha256:0"})");
  CHECK(written(file_error{"b", "File not found"}) == R"({"type":"FILE_ERROR","path":"b","error":"File not found"})");
  CHECK(written(file_updated{"a.py", "sha256:0", principal_id("agent:Alice")}) ==
        R"({"type":"FILE_UPDATED","path":"a.py","state_ref":"sha256:0","updated_by":"agent:Alice"})");
}

TEST_CASE("the summary writes nulls out") {
  session_overview session;
  session.session_id = session_id("s");
  session.captured_at = "2026-04-08T03:10:15.558848Z";
  intent_summary intent;
  intent.intent_id = intent_id("i");
  intent.scope = task_set({"t"});
  session.active_intents = {intent};
  CHECK(written(session_summary_response{session}) ==
        R"({"type":"SESSION_SUMMARY_RESPONSE","session":)" + to_json(session) + "}");
  CHECK(to_json(session) ==
        R"({"session_id":"s","workspace_dir":null,"captured_at":"2026-04-08T03:10:15.558848Z","participant_count":0,)"
        R"("active_intent_count":0,"open_conflict_count":0,"participants":[],"active_intents":[{"intent_id":"i",)"
        R"("principal_id":"","objective":"","state":"","scope":{"kind":"task_set","task_ids":["t"]},)"
        R"("claimed_by":null}],"open_conflicts":[]})");
}
