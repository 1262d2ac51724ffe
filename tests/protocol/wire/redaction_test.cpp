#include "protocol/wire/redaction.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using mpac::protocol::redacted;
using mpac::protocol::redacted_everywhere;

namespace {

std::string without(std::string_view message, std::vector<std::string> paths) {
  return redacted(message, paths);
}

} // namespace

TEST_CASE("what is named is taken out, and each other byte stays", "[24-04]") {
  CHECK(without(R"({ "payload" : { "summary": "secret", "kind" :1 } })", {"payload.summary"}) ==
        "{ \"payload\" : { \"summary\": \"(redacted)\", \"kind\" :1 } }");
  CHECK(without(R"({"payload":{"scope":{"resources":["a","b"]},"summary":{"a":[1]}}})",
                {"payload.summary", "payload.scope.resources"}) ==
        "{\"payload\":{\"scope\":{\"resources\":\"(redacted)\"},\"summary\":\"(redacted)\"}}");
  CHECK(without(R"({"payload":{"operations":[{"summary":"x"},{"a":1},7,{"summary":null}]}})",
                {"payload.operations.summary"}) ==
        "{\"payload\":{\"operations\":[{\"summary\":\"(redacted)\"},{\"a\":1},7,{\"summary\":\"(redacted)\"}]}}");
}

TEST_CASE("a name that is escaped or there twice hides nothing", "[24-04]") {
  CHECK(without(R"({"payload":{"s\u0075mmary":"a","summary":"b"},"payload":{"summary":"c"}})", {"payload.summary"}) ==
        "{\"payload\":{\"s\\u0075mmary\":\"(redacted)\",\"summary\":\"(redacted)\"},"
        "\"payload\":{\"summary\":\"(redacted)\"}}");
}

TEST_CASE("where nothing is named nothing is made", "[24-04]") {
  CHECK(without(R"({"payload":{"kind":1},"summary":"mine"})", {"payload.summary"}).empty());
  CHECK(without(R"({"payload":"text"})", {"payload.summary"}).empty());
  CHECK(without(R"({"payload":{"summary":1}})", {}).empty());
  CHECK(without("", {"payload.summary"}).empty());
  CHECK(without("{\"payload\"", {"payload.summary"}).empty());
  CHECK(without("{]", {"payload.summary"}).empty());
}

TEST_CASE("of a snapshot all members of that name are taken out", "[24-04]") {
  const std::vector<std::string> paths{"payload.summary"};
  CHECK(redacted_everywhere(R"({"summary":1,"a":[{"b":{"summary":{"c":2}}},[]],"c":"summary"})", paths) ==
        "{\"summary\":\"(redacted)\",\"a\":[{\"b\":{\"summary\":\"(redacted)\"}},[]],\"c\":\"summary\"}");
}
