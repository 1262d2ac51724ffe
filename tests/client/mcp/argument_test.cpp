#include "client/mcp/argument.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::client::mcp;

namespace {

const std::vector<argument> takes{
    {.name = "path", .description = "A path.", .is_required = true, .longest = 8},
    {.name = "files", .kind = argument_kind::texts, .description = "Paths."},
    {.name = "limit", .kind = argument_kind::integer, .description = "How many.", .minimum = 1, .maximum = 10},
    {.name = "seconds", .kind = argument_kind::number, .description = "How long."},
    {.name = "all", .kind = argument_kind::flag, .description = "All of them."},
    {.name = "as", .description = "How.", .choices = {"seen", "accepted"}},
    {.name = "content", .description = "What.", .may_be_empty = true},
};

arguments read(std::string_view given) {
  auto made = arguments::read(takes, json::parse(given).as_object());
  REQUIRE(made.has_value());
  return *made;
}

std::string fault(std::string_view given) {
  const auto made = arguments::read(takes, json::parse(given).as_object());
  REQUIRE(made.has_error());
  return made.error();
}

} // namespace

TEST_CASE("arguments that fit are read") {
  const auto with =
      read(R"({"path":"a","files":["b","c"],"limit":3.0,"seconds":0.5,"all":true,"as":"seen","content":""})");
  CHECK(with.text("path") == "a");
  CHECK(with.texts("files") == std::vector<std::string>{"b", "c"});
  CHECK(with.integer("limit") == 3);
  CHECK(with.number("seconds") == 0.5);
  CHECK(with.flag("all"));
  CHECK(with.text("content") == "");
}

TEST_CASE("an optional argument that is null or left out is not there") {
  const auto with = read(R"({"path":"a","limit":null})");
  CHECK(!with.has("limit"));
  CHECK(!with.texts("files"));
  CHECK(!with.flag("all"));
  CHECK(with.text_or_empty("as").empty());
}

TEST_CASE("a fault names the argument and what it has to be") {
  CHECK(fault("{}") == "argument 'path' is missing: A path.");
  CHECK(fault(R"({"path":null})") == "argument 'path' is missing: A path.");
  CHECK(fault(R"({"path":""})") == "argument 'path' must not be empty");
  CHECK(fault(R"({"path":"123456789"})") == "argument 'path' is longer than 8 bytes");
  CHECK(fault(R"({"path":7})") == "argument 'path' must be a string");
  CHECK(fault(R"({"path":"a","files":"b"})") == "argument 'files' must be a list of strings, with at least one");
  CHECK(fault(R"({"path":"a","files":["b",1]})") == "argument 'files' entry 1 must be a string");
  CHECK(fault(R"({"path":"a","limit":1.5})") == "argument 'limit' must be a whole number");
  CHECK(fault(R"({"path":"a","limit":11})") == "argument 'limit' must be between 1 and 10");
  CHECK(fault(R"({"path":"a","seconds":"1"})") == "argument 'seconds' must be a number");
  CHECK(fault(R"({"path":"a","all":1})") == "argument 'all' must be true or false");
  CHECK(fault(R"({"path":"a","as":"x"})") == "argument 'as' must be one of seen, accepted");
  CHECK(fault(R"({"paht":"a"})").starts_with(R"(argument "paht": there is none of that name; there are path, files)"));
}

TEST_CASE("the schema says the same") {
  const auto schema = schema_of(takes);
  CHECK(json::serialize(schema.at("required")) == R"(["path"])");
  CHECK(schema.at("additionalProperties") == json::value(false));
  const auto& members = schema.at("properties").as_object();
  CHECK(members.size() == takes.size());
  CHECK(json::serialize(members.at("as")) ==
        R"({"type":"string","minLength":1,"enum":["seen","accepted"],"description":"How."})");
  CHECK(members.at("limit").at("type") == json::value("integer"));
  CHECK(members.at("files").at("items").at("type") == json::value("string"));
  CHECK(!members.at("content").as_object().contains("minLength"));
}
