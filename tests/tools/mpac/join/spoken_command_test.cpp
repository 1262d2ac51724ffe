#include "tools/mpac/join/candidates.hpp"
#include "tools/mpac/join/spoken_command.hpp"
#include "tools/mpac/join/typed_words.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <set>

using namespace mpac;
using namespace mpac::tools::join;
using strings = std::vector<std::string>;

namespace {

spoken_command read(const std::string& line) {
  const auto made = read_command(line);
  REQUIRE(made.has_value());
  REQUIRE(made->has_value());
  return **made;
}

std::string mistake(const std::string& line) {
  const auto made = read_command(line);
  return made ? "" : made.error();
}

client::session_view session() {
  client::session_view view(protocol::principal_id("human:bob"));
  const auto announce = [&](const char* who, const char* id, const char* file) {
    protocol::intent_announce said;
    said.intent_id = protocol::intent_id(id);
    said.objective = "x";
    said.scope = protocol::file_set({file});
    client::origin from;
    from.principal = protocol::principal_id(who);
    view.take(client::heard<protocol::intent_announce>{from, said}, base::now());
  };
  announce("human:bob", "i-mine", "a.md");
  announce("agent:alice", "i-theirs", "b.md");
  announce("agent:eve", "i-\x1b[2J", "c.md");
  view.take(protocol::file_list_response{{{"docs/a.md", "r", 1}, {"docs/my file.md", "r", 1}, {"src/x.py", "r", 1}}});
  return view;
}

strings offered(const std::string& text) {
  return candidates_for(text, session(), {{"claim-1"}}).words;
}

} // namespace

TEST_CASE("words are what a shell would make of them") {
  CHECK(*words_in(R"(a  'b c' "d \" e" f\ g '' )") == strings{"a", "b c", "d \" e", "f g", ""});
  CHECK(*words_in(R"("a\b")") == strings{R"(a\b)"});
  CHECK(words_in("a 'b").error() == "a quotation that begins with ' does not end");
  CHECK_FALSE(words_in("a \\").has_value());
  CHECK(rc::check([](std::vector<std::string> words) {
    std::string line;
    for (const auto& each : words)
      line += as_typed(each) + " ";
    RC_ASSERT(*words_in(line) == words);
  }));
}

TEST_CASE("commands are read with their options, and mistakes say what they take") {
  const auto said = read("announce 'Fix it' a.md b.md --ttl 60");
  CHECK(said.which == command_name::announce);
  CHECK(said.words == strings{"Fix it", "a.md", "b.md"});
  CHECK(said.option("--ttl") == "60");
  CHECK(read("task add a docstring to main").rest(0) == "add a docstring to main");
  CHECK(read("resolve c-1 approved --accept i-1 --accept i-2 so it is").all("--accept") == strings{"i-1", "i-2"});
  CHECK(read("task -- --not an option").rest(0) == "--not an option");
  CHECK_FALSE(read_command("  # a comment")->has_value());
  CHECK_FALSE(read_command("")->has_value());
  CHECK(mistake("nonsense") == "there is no command 'nonsense'; help lists them");
  CHECK(mistake("show") == "something is missing\nusage: show PATH");
  CHECK(mistake("show a b") == "that is too much\nusage: show PATH");
  CHECK(mistake("commit a --summary").find("a value is missing behind --summary") == 0);
  CHECK(mistake("show a --nope x").find("no option of this command: --nope") == 0);
}

TEST_CASE("the table of commands holds each once, in the order of help") {
  std::set<std::string_view> names;
  for (const auto& each : command_forms()) {
    CHECK(names.insert(each.name).second);
    CHECK(form_of(each.name) == &each);
    CHECK(each.at_least <= each.at_most);
    CHECK((each.at_most == 0) == each.words.empty());
  }
}

TEST_CASE("a half-typed line goes on with what fits there") {
  CHECK(offered("wi") == strings{"withdraw"});
  CHECK(offered("show d") == strings{"docs/a.md", "docs/my\\ file.md"});
  CHECK(offered("show docs/my") == strings{"docs/my\\ file.md"});
  CHECK(offered("show 'docs/my f") == strings{"docs/my\\ file.md"});
  CHECK(offered("show src/x.py ").empty());
  CHECK(offered("withdraw ") == strings{"i-mine"});
  CHECK(offered("commit a --intent ") == strings{"i-mine"});
  CHECK(offered("commit a --s") == strings{"--summary"});
  CHECK(offered("ack c-1 s") == strings{"seen"});
  CHECK(offered("judge ") == strings{"claim-1"});
  CHECK(offered("escalate c-1 ") == strings{"agent:alice", "agent:eve"});
  CHECK(offered("announce 'Fix it' s") == strings{"src/x.py"});
  CHECK(offered("nonsense ").empty());
}

TEST_CASE("what is completed is the word at the cursor, up to where candidates differ") {
  const auto found = candidates_for("show do", session(), {});
  CHECK(found.begin == 5);
  CHECK(found.common() == "docs/");
}

TEST_CASE("names that hold control characters are not offered") {
  for (const auto& each : offered("resolve c-1 approved --accept "))
    CHECK(each.find('\x1b') == each.npos);
  CHECK(offered("resolve c-1 approved --accept ") == strings{"i-mine", "i-theirs"});
}
