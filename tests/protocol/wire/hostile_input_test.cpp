// Bytes that somebody sent on purpose, or a broken program did: a refusal that says what is wrong, and nothing else.
#include "protocol/wire/relay_frame.hpp"
#include "tests/protocol/wire/altered_message.hpp"
#include "tests/protocol/wire/samples.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;
using namespace mpac::tests;

namespace {

/// A valid message around `inside`, which stands at the payload's end.
std::string message_with(std::string_view inside) {
  return R"({"protocol":"MPAC","version":"0.1.13","message_type":"INTENT_WITHDRAW",)"
         R"("message_id":"m-7","session_id":"s",)"
         R"("sender":{"principal_id":"p","principal_type":"agent","sender_instance_id":"i"},)"
         R"("ts":"2026-04-08T03:10:15Z","payload":{"intent_id":"i-1")" +
         std::string(inside) + "}}";
}

std::optional<refusal> refused(std::string_view text) {
  const auto why = altered_message::refused(text, strictness::lenient);
  if (why) {
    CHECK(why->code == error_code::malformed_message);
    CHECK_FALSE(why->description.empty());
    CHECK(why->description.size() < 2000);
  }
  return why;
}

void check_refused(std::string_view text, std::string_view because) {
  CAPTURE(text.substr(0, 200));
  const auto why = refused(text);
  REQUIRE(why);
  CAPTURE(why->description);
  CHECK(why->description.find(because) != std::string::npos);
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + "0" + std::string(levels, ']');
}

} // namespace

TEST_CASE("the message that the cases below break is whole", "[22.1-01]") {
  CHECK_FALSE(refused(message_with("")));
  CHECK_FALSE(refused(message_with(R"(,"note":"\ud83d\ude00 \u0000 é")")));
}

TEST_CASE("text that is not JSON is refused with the reason", "[22.1-01]") {
  check_refused("", "not JSON: empty");
  check_refused("   ", "not JSON: empty");
  check_refused("{", "not JSON");
  check_refused("}", "not JSON");
  check_refused("hello", "not JSON");
  check_refused("{\"a\":1,}", "not JSON");
  check_refused("{'a':1}", "not JSON");
  check_refused("{\"a\" 1}", "not JSON");
  check_refused("{\"a\":tru}", "none of true, false and null");
  check_refused(message_with(R"(,"note":"open)"), "not JSON");
  check_refused(message_with("") + "x", "not JSON");
  check_refused(message_with("") + message_with(""), "not JSON");
  check_refused(message_with(R"(,"note":"\x")"), "invalid escape");
  check_refused(message_with(R"(,"note":"\u12")"), "invalid escape");
  check_refused(message_with(",\"note\":\"line\nbreak\""), "control character");
  check_refused(message_with(std::string(",\"note\":\"\0\"", 11)), "control character");
  check_refused(std::string("{\"a\":1}\0", 8), "not JSON");
  for (std::size_t length = 0; length < message_with("").size(); ++length)
    CHECK(refused(message_with("").substr(0, length)));
}

TEST_CASE("JSON that is no object is refused", "[22.1-01][11-01]") {
  check_refused("[]", "message: expected an object, found an array");
  check_refused("null", "message: expected an object, found null");
  check_refused("3", "message: expected an object, found a number");
  check_refused("\"x\"", "message: expected an object, found a string");
  check_refused("{}", "protocol: missing");
}

TEST_CASE("nesting ends at the limit, in what nobody looks at too", "[22.1-01]") {
  // The message and its payload are two levels.
  CHECK_FALSE(refused(message_with(",\"deep\":" + nested(depth_limit - 2))));
  check_refused(message_with(",\"deep\":" + nested(depth_limit - 1)), "nested too deep");
  check_refused(message_with(",\"deep\":" + nested(100'000)), "nested too deep");
  check_refused(std::string(1 << 20, '['), "not JSON");
  std::string objects;
  for (int i = 0; i < 5000; ++i)
    objects += "{\"a\":";
  check_refused(objects, "not JSON");
}

TEST_CASE("a name twice in one object is refused, wherever it is", "[22.1-01]") {
  check_refused(R"({"a":1,"a":1})", "a: appears twice");
  check_refused(R"({"protocol":"MPAC","protocol":"MPAC"})", "protocol: appears twice");
  check_refused(message_with(R"(,"intent_id":"i-2")"), "payload.intent_id: appears twice");
  check_refused(message_with(R"(,"intent\u005fid":"i-2")"), "payload.intent_id: appears twice");
  check_refused(message_with(R"(,"x":1,"x":1)"), "payload.x: appears twice");
  check_refused(message_with(R"(,"extensions":{"a":{"b":[0,{"c":1,"d":2,"c":1}]}})"),
                "payload.extensions.a.b[1].c: appears twice");
  std::string text = message_with("");
  text.replace(text.find(R"("principal_id")"), 0, R"("principal_id":"q",)");
  check_refused(text, "sender.principal_id: appears twice");
  text = message_with("");
  text.insert(text.size() - 1, R"(,"watermark":{"kind":"lamport_clock","value":1,"value":2})");
  check_refused(text, "watermark.value: appears twice");
  text = message_with("");
  text.insert(text.size() - 1, R"(,"extensions":{"a":1,"a":2})");
  check_refused(text, "extensions.a: appears twice");
  text = message_with("");
  text.insert(text.size() - 1, R"(,"payload":{"intent_id":"i-2"})");
  check_refused(text, "payload: appears twice");
}

TEST_CASE("a hundred thousand names are looked through at once", "[22.1-01]") {
  std::string names;
  for (int i = 0; i < 100'000; ++i)
    names += ",\"n" + std::to_string(i) + "\":0";
  CHECK_FALSE(refused(message_with(names)));
  check_refused(message_with(names + ",\"n500\":0"), "payload.n500: appears twice");
  check_refused(message_with(",\"e\":{\"z\":0" + names + ",\"n500\":0}"), "payload.e.n500: appears twice");
}

TEST_CASE("text that is not UTF-8 is refused", "[22.1-01]") {
  for (const auto* bytes :
       {"\xff", "\xc3", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"})
    check_refused(message_with(std::string(",\"note\":\"") + bytes + "\""), "not UTF-8");
}

TEST_CASE("half a surrogate pair is refused, however it is spelt", "[22.1-01]") {
  for (const auto* escape : {R"(\ud800)", R"(\udfff)", R"(\uDC00\uD800)", R"(\ud800\ud800)", R"(\ud800\u0041)",
                             R"(\ud800x)", R"(\ud83d\ude00\ude00)", R"(\\\ud800)"}) {
    CAPTURE(escape);
    CHECK(refused(message_with(std::string(",\"note\":\"") + escape + "\"")));
    CHECK(refused(message_with(std::string(",\"") + escape + "\":1")));
  }
  CHECK_FALSE(refused(message_with(R"(,"note":"\\ud800 \\\\udc00")")));
}

TEST_CASE("numbers that JSON does not know, or nobody can hold, are refused", "[O-007][22.1-01]") {
  for (const auto* number : {"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "01", "+1", ".5", "5.", "0x10", "1e",
                             "123456789012345678901234567890"}) {
    CAPTURE(number);
    CHECK(refused(message_with(std::string(",\"n\":") + number)));
  }
  CHECK_FALSE(refused(message_with(",\"n\":[18446744073709551615,-9223372036854775808,1e308,1e-999]")));
}

TEST_CASE("epochs and clocks end where a double is still exact", "[O-007]") {
  const auto with_epoch = [](std::string_view epoch) {
    std::string text = message_with("");
    return text.insert(text.size() - 1, ",\"coordinator_epoch\":" + std::string(epoch));
  };
  CHECK_FALSE(refused(with_epoch("1")));
  CHECK_FALSE(refused(with_epoch("9007199254740991")));
  for (const auto* epoch : {"0", "-1", "9007199254740992", "1.5", "1e300", "\"1\""})
    check_refused(with_epoch(epoch), "coordinator_epoch: ");
}

TEST_CASE("strings of a megabyte are read, but not as identifiers", "[22.1-01]") {
  const std::string long_text(1 << 20, 'x');
  CHECK_FALSE(refused(message_with(",\"reason\":\"" + long_text + "\"")));
  CHECK_FALSE(refused(message_with(",\"" + long_text + "\":1")));
  check_refused(message_with(",\"" + long_text + "\":1,\"" + long_text + "\":2"), "appears twice");
  std::string text = message_with("");
  text.replace(text.find("i-1"), 3, long_text);
  check_refused(text, "payload.intent_id: an identifier may have 256 bytes, this one has 1048576");
  check_refused(R"({"type":")" + long_text + "\"}", "is no request of the sideband");
}

TEST_CASE("a long resource is not repeated whole in the refusal", "[22.1-01]") {
  altered_message message(sample_envelope<fixed, intent_announce>());
  REQUIRE(message.replace({"payload", "scope", "resources"}, "[\"" + std::string(100'000, '/') + "\"]"));
  const auto why = message.refused(strictness::lenient);
  REQUIRE(why);
  CHECK(why->description.size() < 2000);
}

TEST_CASE("after anything refused the next message is read as ever", "[22.1-01]") {
  decoder reader;
  const auto good = frame::of(message_with(""));
  const std::string huge = message_with(",\"n\":\"" + std::string(1 << 20, 'x') + "\"");
  for (const std::string_view bad :
       {std::string_view("{"), std::string_view("\xff"), std::string_view(huge), std::string_view("[[[[")}) {
    (void)reader.decode(frame::of(bad), strictness::lenient);
    CHECK(reader.decode(good, strictness::lenient).has_value());
  }
}

TEST_CASE("a message with any one byte changed is read or refused, never anything else", "[22.1-01]") {
  CHECK(rc::check([] {
    std::string text = message_with(R"(,"reason":"a\u00e9\n","extensions":{"a":[1.5e3,null]})");
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = *rc::gen::arbitrary<char>();
    decoder reader;
    const auto read = reader.decode(frame::of(text), strictness::strict);
    if (!read)
      RC_ASSERT(!read.error().description.empty());
    RC_ASSERT(relay_frame(frame::of(text))->payload() == text);
  }));
}
