#include "client/mcp/revision.hpp"
#include "client/mcp/tool_table.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <string>

using namespace mpac::client::mcp;

TEST_CASE("every tool can be called by what its table row says") {
  std::set<std::string> names;
  for (const auto& each : tool_table()) {
    CAPTURE(each.name);
    CHECK(names.insert(each.name).second);
    CHECK(each.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    CHECK(find_tool(each.name) == &each);
    CHECK(std::visit([](auto* acts) { return acts != nullptr; }, each.act));
    CHECK(!each.title.empty());
    CHECK(each.description.size() > 40);
    std::set<std::string> arguments;
    for (const auto& one : each.takes) {
      CAPTURE(one.name);
      CHECK(arguments.insert(one.name).second);
      CHECK(one.description.size() > 3);
    }
    CHECK(!(each.hints.is_read_only && each.hints.is_destructive));
    CHECK(each.output.at("type") == json::value("object"));
    for (const auto& required : each.output.at("required").as_array())
      CHECK(each.output.at("properties").as_object().contains(required.as_string()));
  }
  CHECK(names.size() == 17);
  CHECK(find_tool("no_such_tool") == nullptr);
}

TEST_CASE("the etiquette names only tools that there are") {
  const std::string text(etiquette());
  for (const auto* name : {"who_is_working", "begin_task", "wait_for_event", "ack_conflict", "escalate_conflict",
                           "resolve_conflict", "read_file", "submit_change", "yield_task"}) {
    CHECK(text.find(name) != std::string::npos);
    CHECK(find_tool(name) != nullptr);
  }
}

TEST_CASE("a revision is found by its word, and the newest with a handshake has one") {
  for (const auto& row : revisions()) {
    CHECK(revision_of(row.word) == row.is);
    CHECK(&traits_of(row.is) == &row);
  }
  CHECK(!revision_of("2025-01-01"));
  CHECK(traits_of(newest_with_handshake).has_handshake);
  CHECK(!revisions().back().has_handshake);
}
