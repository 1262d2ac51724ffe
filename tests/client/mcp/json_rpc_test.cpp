#include "client/mcp/json_rpc.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::client::mcp;

namespace {

/// The only message of a line.
message one(std::string_view line) {
  auto heard = read_line(line);
  REQUIRE(heard.messages.size() == 1);
  return std::move(heard.messages.front());
}

error_number fault_of(std::string_view line) {
  const auto said = one(line);
  REQUIRE(std::holds_alternative<misuse>(said));
  return std::get<misuse>(said).why.code;
}

} // namespace

TEST_CASE("a request has an id, a notification has none") {
  const auto request = std::get<call>(one(R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"x"}})"));
  CHECK(request.id == json::value("a"));
  CHECK(request.method == "tools/call");
  CHECK(text_of(request.params, "name") == "x");
  const auto told = std::get<call>(one("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\r"));
  CHECK(!told.id);
  CHECK(told.params.empty());
  CHECK(std::get<call>(one(R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"m"})")).id->is_uint64());
}

TEST_CASE("what is no message gets the error of its kind, with the id if there is one") {
  using enum error_number;
  CHECK(fault_of("{") == parse_error);
  CHECK(fault_of("{} {}") == parse_error);
  CHECK(fault_of("\"\xff\"") == parse_error);
  CHECK(fault_of(std::string(100000, '[')) == parse_error);
  CHECK(fault_of("7") == invalid_request);
  CHECK(fault_of("[]") == invalid_request);
  CHECK(fault_of(R"({"id":1,"method":"m"})") == invalid_request);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1})") == invalid_request);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":null,"method":"m"})") == invalid_request);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1.5,"method":"m"})") == invalid_request);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})") == invalid_params);
  CHECK(std::get<misuse>(one(R"({"jsonrpc":"2.0","id":1,"method":3})")).id == json::value(1));
  CHECK(!std::get<misuse>(one(R"({"jsonrpc":"2.0","id":[],"method":"m"})")).id);
}

TEST_CASE("neither notifications nor responses are answered, whatever is wrong with them") {
  const auto told = std::get<call>(one(R"({"jsonrpc":"2.0","method":"notifications/x","params":[1]})"));
  CHECK(!told.id);
  CHECK(told.params.empty());
  CHECK(std::holds_alternative<stray_response>(one(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700}})")));
  CHECK(std::holds_alternative<stray_response>(one(R"({"id":1.5,"result":{}})")));
}

TEST_CASE("a batch is told message by message, a blank line says nothing") {
  const auto heard = read_line(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"result":{}},3])");
  CHECK(heard.is_batch);
  REQUIRE(heard.messages.size() == 3);
  CHECK(std::holds_alternative<call>(heard.messages[0]));
  CHECK(std::holds_alternative<stray_response>(heard.messages[1]));
  CHECK(std::holds_alternative<misuse>(heard.messages[2]));
  CHECK(read_line(" \t\r").messages.empty());
  CHECK(read_line("").messages.empty());
}

TEST_CASE("what is written is one line") {
  CHECK(json::serialize(response(1, {{"text", "a\nb"}})) == R"({"jsonrpc":"2.0","id":1,"result":{"text":"a\nb"}})");
  CHECK(json::serialize(error_response(nullptr, {error_number::parse_error, "no", json::value(2)})) ==
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no","data":2}})");
  CHECK(json::serialize(notification("x", {})) == R"({"jsonrpc":"2.0","method":"x"})");
}
