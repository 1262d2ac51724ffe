#include "protocol/workspace/file_table.hpp"

#include "protocol/workspace/served_size.hpp"
#include "protocol/workspace/state_ref.hpp"
#include "protocol/workspace/unicode_text.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace mpac::protocol;

namespace {

using changes = std::map<std::string, file_change>;

void apply(file_table& table, const file_plan& plan) {
  for (const auto& [path, file] : plan)
    table.put(path, file);
}

file_table table_of(std::initializer_list<std::pair<const char*, const char*>> files) {
  file_table table;
  for (const auto& [path, content] : files)
    table.put(path, workspace_file::of(content));
  return table;
}

std::string state_of(const file_table& table, const std::string& path) {
  const auto* file = table.find(path);
  return file ? file->state_ref() : "(none)";
}

} // namespace

TEST_CASE("files are listed by path in code point order, with their size in code points", "[9.5-02]") {
  // U+FF5E sorts before U+1F30D by code point, though UTF-16 would have it after.
  const auto table =
      table_of({{"b", "x"}, {"\xF0\x9F\x8C\x8D", ""}, {"a/b", "\xE2\x82\xAC!"}, {"\xEF\xBD\x9E", "y"}, {"B", "z"}});
  std::vector<std::string> paths;
  for (const auto& [path, file] : table.files())
    paths.push_back(path);
  CHECK(paths == std::vector<std::string>{"B", "a/b", "b", "\xEF\xBD\x9E", "\xF0\x9F\x8C\x8D"});
  CHECK(table.find("a/b")->size() == 2);
  CHECK(table.find("a/b")->content() == "\xE2\x82\xAC!");
  CHECK(state_of(table, "\xF0\x9F\x8C\x8D") == "sha256:e3b0c44298fc1c14");
}

TEST_CASE("a path is read by its exact spelling only", "[9.5-02]") {
  const auto table = table_of({{"a", "1"}});
  CHECK(table.find("a"));
  for (const char* other : {"./a", "A", "a/", "/a", "a ", "", "../a"})
    CHECK_FALSE(table.find(other));
}

TEST_CASE("a commit that knows the current state is planned and applied", "[9.5-02]") {
  auto table = table_of({{"a", "1"}});
  const auto plan = table.check(changes{{"a", {"2", state_ref_of("1")}}});
  REQUIRE(plan.has_value());
  CHECK(state_of(table, "a") == state_ref_of("1")); // checking changes nothing
  apply(table, *plan);
  CHECK(table.find("a")->content() == "2");
  CHECK(state_of(table, "a") == state_ref_of("2"));
}

TEST_CASE("a commit from an older state is stale, and told the current one") {
  const auto table = table_of({{"a", "2"}});
  for (const std::string& given : {state_ref_of("1"), std::string(), std::string("absent"), state_ref_of("2") + "0"}) {
    const auto plan = table.check(changes{{"a", {"3", given}}});
    REQUIRE_FALSE(plan.has_value());
    CHECK(plan.error() == file_problem{stale_file{"a", state_ref_of("2"), given}});
    CHECK(code_of(plan.error()) == error_code::stale_state_ref);
    CHECK(describe(plan.error()).find(state_ref_of("2")) != std::string::npos);
  }
}

TEST_CASE("a file that does not exist is created whatever state was named") {
  for (const char* given : {"", "sha256:0000000000000000", "hash-user-model-basic"}) {
    file_table table;
    const auto plan = table.check(changes{{"new/file", {"text", given}}});
    REQUIRE(plan.has_value());
    apply(table, *plan);
    CHECK(state_of(table, "new/file") == state_ref_of("text"));
  }
}

TEST_CASE("one stale file stops a whole commit") {
  const auto table = table_of({{"a", "1"}, {"z", "1"}});
  const auto before = table;
  const auto plan = table.check(changes{{"a", {"2", state_ref_of("1")}}, {"m", {"new", ""}}, {"z", {"2", "older"}}});
  REQUIRE_FALSE(plan.has_value());
  CHECK(std::get<stale_file>(plan.error()).path == "z");
  CHECK(table == before);
}

TEST_CASE("paths that leave the workspace are malformed, before anything is stale") {
  const auto table = table_of({{"a", "1"}});
  for (const std::string path : {"../../etc/passwd", "/etc/passwd", "b/../../x", "./a", "", "x\\..\\y"}) {
    INFO(path);
    const auto plan = table.check(changes{{"a", {"2", "older"}}, {path, {"owned", ""}}});
    REQUIRE_FALSE(plan.has_value());
    REQUIRE(std::holds_alternative<malformed_file>(plan.error()));
    CHECK(std::get<malformed_file>(plan.error()).path == path);
    CHECK(code_of(plan.error()) == error_code::malformed_message);
  }
}

TEST_CASE("content that is not UTF-8 is malformed") {
  const auto plan = file_table().check(changes{{"a", {"\xFF\xFE", ""}}});
  REQUIRE_FALSE(plan.has_value());
  CHECK(describe(plan.error()).find("not UTF-8") != std::string::npos);
}

TEST_CASE("a file that no frame could serve is malformed, and told the sizes") {
  const std::size_t overhead = served_size("a", "");
  const auto fits = [](std::string content) {
    return file_table().check(changes{{"a", {std::move(content), ""}}}).has_value();
  };
  CHECK(fits(std::string(max_served_bytes - overhead, 'x')));
  CHECK_FALSE(fits(std::string(max_served_bytes - overhead + 1, 'x')));
  CHECK(fits(std::string((max_served_bytes - overhead) / 2, '\n'))); // two bytes each on the wire
  CHECK_FALSE(fits(std::string((max_served_bytes - overhead) / 2 + 1, '\n')));
  CHECK_FALSE(fits(std::string((max_served_bytes - overhead) / 6 + 1, '\x01'))); // six

  const auto plan = file_table().check(changes{{"a", {std::string(2 * max_served_bytes, 'x'), ""}}});
  REQUIRE_FALSE(plan.has_value());
  CHECK(describe(plan.error()).find(std::to_string(2 * max_served_bytes + overhead)) != std::string::npos);
  CHECK(describe(plan.error()).find("1048576") != std::string::npos);
}

TEST_CASE("files are refused when the list of all would no longer fit a frame") {
  file_table table;
  std::optional<file_problem> problem;
  std::size_t shared = 0;
  while (!problem && shared < 20'000) {
    const auto plan = table.check(changes{{std::string(900, 'p') + std::to_string(shared), {"", ""}}});
    if (plan) {
      apply(table, *plan);
      ++shared;
    } else {
      problem = plan.error();
    }
  }
  REQUIRE(problem);
  CHECK(shared > 1000);
  CHECK(table.listing_size() <= max_served_bytes);
  CHECK(describe(*problem).find("list of all files") != std::string::npos);
  // What is there can still be written.
  CHECK(table.check(changes{{table.files().begin()->first, {"y", state_ref_of("")}}}).has_value());

  // Many new files in one commit are counted together.
  changes many;
  for (int i = 0; i < 2'000; ++i)
    many[std::string(900, 'p') + std::to_string(i)] = {"", ""};
  CHECK_FALSE(file_table().check(many).has_value());
}

TEST_CASE("a refusal stays short and readable whatever was sent") {
  const auto table = table_of({{"a", "1"}});
  const std::string huge(1 << 20, 'x');
  for (const auto& attempt : {changes{{huge, {"", ""}}}, changes{{"a", {"", huge}}}, changes{{"\xFF", {"", ""}}},
                              changes{{"a", {"", "\xFF"}}}}) {
    const auto plan = table.check(attempt);
    REQUIRE_FALSE(plan.has_value());
    CHECK(describe(plan.error()).size() < 400);
    CHECK(is_utf8(describe(plan.error())));
  }
}

TEST_CASE("an empty table is one null pointer") {
  STATIC_REQUIRE(sizeof(file_table) == sizeof(void*));
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<file_table>);
  const file_table none;
  CHECK(none.empty());
  CHECK(none.files().empty());
  CHECK_FALSE(none.find("a"));
  CHECK(none.check({})->empty());
}

TEST_CASE("a copy keeps what it had when the original changes") {
  auto table = table_of({{"a", "1"}});
  const auto earlier = table;
  CHECK(earlier.find("a") == table.find("a")); // shared until then
  table.put("a", workspace_file::of("2"));
  table.put("b", workspace_file::of("3"));
  CHECK(earlier.find("a")->content() == "1");
  CHECK(earlier.size() == 1);
  CHECK(table.find("a")->content() == "2");
  CHECK(table.size() == 2);
  CHECK(table.listing_size() > earlier.listing_size());
  CHECK(table == table_of({{"b", "3"}, {"a", "2"}}));
  CHECK_FALSE(table == earlier);
}

TEST_CASE("copies of one workspace may change on different threads") {
  const auto common = table_of({{"a", "1"}, {"b", "1"}});
  std::vector<file_table> copies(4, common);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < copies.size(); ++i)
      threads.emplace_back([&mine = copies[i], i] {
        for (int version = 0; version < 100; ++version) {
          const auto snapshot = mine;
          mine.put("a", workspace_file::of(std::to_string(i) + "." + std::to_string(version)));
        }
      });
  }
  for (std::size_t i = 0; i < copies.size(); ++i)
    CHECK(copies[i].find("a")->content() == std::to_string(i) + ".99");
  CHECK(common == table_of({{"a", "1"}, {"b", "1"}}));
}

TEST_CASE("content outlives the table it was read from") {
  std::shared_ptr<const std::string> content;
  {
    const auto table = table_of({{"a", "still here"}});
    content = table.find("a")->shared_content();
  }
  CHECK(*content == "still here");
}

TEST_CASE("checked commits keep refs true to contents, all or nothing") {
  CHECK(rc::check([] {
    file_table table;
    std::map<std::string, std::string> model;
    const auto path = rc::gen::element<std::string>("a", "b", "c/d", "../e", "./a");
    const auto rounds = *rc::gen::inRange(1, 20);
    for (int round = 0; round < rounds; ++round) {
      changes attempt;
      bool hostile = false;
      bool stale = false;
      for (const auto& p : *rc::gen::container<std::vector<std::string>>(path)) {
        const auto content = *rc::gen::element<std::string>("", "x", "y\n", "\xC3\xA4");
        const bool honest = *rc::gen::inRange(0, 4) != 0;
        const auto known = model.find(p);
        attempt[p] = {content, honest && known != model.end() ? state_ref_of(known->second) : "sha256:elsewhere"};
      }
      for (const auto& [p, change] : attempt) {
        const auto known = model.find(p);
        hostile |= p.front() == '.';
        stale |= known != model.end() && change.state_ref_before != state_ref_of(known->second);
      }
      const auto before = table;
      const auto plan = table.check(attempt);
      RC_ASSERT(table == before);
      RC_ASSERT(plan.has_value() == !(hostile || stale));
      if (!plan) {
        RC_ASSERT(code_of(plan.error()) == (hostile ? error_code::malformed_message : error_code::stale_state_ref));
        continue;
      }
      RC_ASSERT(plan->size() == attempt.size());
      apply(table, *plan);
      for (const auto& [p, change] : attempt)
        model[p] = change.content;
      std::size_t entries = empty_listing_size;
      RC_ASSERT(table.size() == model.size());
      for (const auto& [p, content] : model) {
        RC_ASSERT(table.find(p)->content() == content);
        RC_ASSERT(table.find(p)->state_ref() == state_ref_of(content));
        entries += listing_entry_size(p);
      }
      RC_ASSERT(table.listing_size() == entries);
    }
  }));
}
