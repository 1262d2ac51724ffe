#include "protocol/wire/relay_frame.hpp"

#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "tests/protocol/wire/samples.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;
using namespace mpac::tests;

namespace {

std::string relayed(std::string_view text) {
  return std::string(relay_frame(frame::of(text))->payload());
}

std::string with(std::string_view text, std::string_view name, std::string_view json) {
  return std::string(with_member(frame::of(text), "payload", name, json)->payload());
}

} // namespace

TEST_CASE("a commit is relayed without its file contents, otherwise byte for byte", "[O-002]") {
  CHECK(relayed(R"({"payload": {"op_id": "o", "file_changes": {"a": {"content": "}"}}, "x":1.50} , "z":[ ]})") ==
        R"({"payload": {"op_id": "o", "x":1.50} , "z":[ ]})");
  CHECK(relayed(R"({"payload":{"file_changes":{},"op_id":"o"}})") == R"({"payload":{"op_id":"o"}})");
  CHECK(relayed(R"({"payload":{"op_id":"o","file_changes":null}})") == R"({"payload":{"op_id":"o"}})");
  CHECK(relayed(R"({"payload":{"file_changes":{}}})") == R"({"payload":{}})");
}

TEST_CASE("file contents are found under a name spelt with escapes", "[O-002]") {
  CHECK(relayed(R"({"p\u0061yload":{"a":1,"file\u005fchanges":{"f":{"content":"secret"}}}})") ==
        R"({"p\u0061yload":{"a":1}})");
}

TEST_CASE("only the payload's own file_changes are cut", "[O-002]") {
  for (const auto* text :
       {R"({"payload":{"op_id":"file_changes"},"file_changes":1})", R"({"payload":{"x":{"file_changes":1}}})",
        R"({"payload":[{"file_changes":1}]})", R"({"file_changes":{}})", R"({"payload":{"op_id":"o"}})"}) {
    CAPTURE(text);
    const auto frame = frame::of(text);
    CHECK(relay_frame(frame).get() == frame.get());
  }
}

TEST_CASE("a relayed commit is the commit without files", "[O-002]") {
  CHECK(rc::check([] {
    envelope message = *rc::gen::exec(sample_envelope<drawn, op_commit>);
    decoder reader;
    auto read = reader.decode(relay_frame(encode(message)), strictness::lenient);
    RC_ASSERT(read.has_value());
    std::get<op_commit>(message.body).file_changes.clear();
    RC_ASSERT(std::get<envelope>(*read) == message);
  }));
}

TEST_CASE("a member is added at the end of the object") {
  CHECK(with(R"({"payload":{"a":1},"b":2})", "resolution_id", "\"r\"") ==
        R"({"payload":{"a":1,"resolution_id":"r"},"b":2})");
  CHECK(with(R"({"payload": { "a" : 1 } })", "resolution_id", "\"r\"") ==
        R"({"payload": { "a" : 1,"resolution_id":"r" } })");
  CHECK(with(R"({"payload":{}})", "resolution_id", "\"r\"") == R"({"payload":{"resolution_id":"r"}})");
  CHECK(with(R"({"payload":{ }})", "resolution_id", "\"r\"") == R"({"payload":{"resolution_id":"r" }})");
}

TEST_CASE("a member that is there already gets the new value") {
  CHECK(with(R"({"payload":{"resolution_id": null,"b":2}})", "resolution_id", "\"r\"") ==
        R"({"payload":{"resolution_id": "r","b":2}})");
}

TEST_CASE("nothing is added where there is no such object") {
  for (const auto* text : {R"({"payload":1})", R"({"b":{}})", "", "{", "[]"}) {
    const auto frame = frame::of(text);
    CHECK(with_member(frame, "payload", "a", "1").get() == frame.get());
    CHECK(relay_frame(frame).get() == frame.get());
  }
}
