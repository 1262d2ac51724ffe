#include "tools/mpac/completions.hpp"

#include "tests/support/catch.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

using namespace mpac::tools;

namespace {

struct parser {
  CLI::App app{"about", "mpac"};
  std::string text;
  bool flag = false;

  parser() {
    auto* one = app.add_subcommand("one", "it's the first");
    one->add_option("-f,--file", text, "a file")->type_name("FILE");
    one->add_option("--dir", text, "a folder")->type_name("DIR");
    one->add_option("--kind", text, "a kind")->check(CLI::IsMember({"a", "b"}));
    one->add_option("--name", text, "a name")->type_name("NAME");
    one->add_flag("--json", flag, "as JSON");
    one->add_option("WHICH", text, "one of them")->check(CLI::IsMember({"x", "y"}));
    one->add_subcommand("inside", "deeper");
    app.add_subcommand("hidden", "nobody sees it")->group("");
  }
};

const completed_option& option(const completed_command& of, std::string_view name) {
  const auto found = std::find_if(of.options.begin(), of.options.end(), [&](const completed_option& each) {
    return std::find(each.names.begin(), each.names.end(), name) != each.names.end();
  });
  REQUIRE(found != of.options.end());
  return *found;
}

} // namespace

TEST_CASE("what a parser takes is what is completed") {
  const parser made;
  const auto all = completed_commands(made.app);
  REQUIRE(all.size() == 3);
  CHECK(all[0].sub_commands == std::vector<std::string>{"one"});
  CHECK(all[2].path == std::vector<std::string>{"one", "inside"});
  CHECK(option(all[1], "-f").takes == value_kind::file);
  CHECK(option(all[1], "--file").names.size() == 2);
  CHECK(option(all[1], "--dir").takes == value_kind::folder);
  CHECK(option(all[1], "--name").takes == value_kind::any);
  CHECK(option(all[1], "--json").takes == value_kind::none);
  CHECK(option(all[1], "--kind").choices == std::vector<std::string>{"a", "b"});
  CHECK(all[1].positional.choices == std::vector<std::string>{"x", "y"});
}

TEST_CASE("quotes in a description do not end it") {
  const parser made;
  const auto script = completion_script(shell::fish, completed_commands(made.app));
  CHECK(script.find("'it\\'s the first'") != script.npos);
  CHECK(script.find("hidden") == script.npos);
}
