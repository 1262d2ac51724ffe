#include "protocol/dependency_claims.hpp"

#include "protocol/wire/dependency_members.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

using names = std::vector<std::string>;

names common(const names& edited, const names& used) {
  return common_symbols(edited, used);
}

scope files_with(names files, std::string extensions) {
  auto s = file_set(std::move(files));
  s.extensions = std::move(extensions);
  return s;
}

} // namespace

TEST_CASE("symbols match as existing clients spell them", "[17.5-01]") {
  CHECK(common({"models.User"}, {"models.User"}) == names{"models.User"});
  CHECK(common({"User"}, {"models.User"}) == names{"models.User"}); // the longer spelling
  CHECK(common({"models.save"}, {"save"}) == names{"models.save"});
  CHECK(common({"models.Note.archived"}, {"x.Note"}) == names{"models.Note.archived"});
  CHECK(common({"x.Note"}, {"models.Note.archived"}) == names{"models.Note.archived"});
  CHECK(common({"Note.archived"}, {"Note.title"}) == names{"Note.archived"});
  CHECK(common({"note.archived"}, {"note.title"}).empty()); // a module is no class
  CHECK(common({"a"}, {"b"}).empty());
  CHECK(common({}, {"b"}).empty());
}

TEST_CASE("claims are read from the extensions of files alone", "[21.1-01]") {
  const auto claims = dependency_claims_of(files_with(
      {"m.py"},
      R"({"impact":["./b.py","a.py","b.py"],"affects_symbols":["S"],"impact_symbols":{"a.py":["S"],"b.py":null}})"));
  REQUIRE(claims);
  CHECK(claims->impact == names{"a.py", "b.py"});
  CHECK(claims->uses.size() == 1);
  CHECK_FALSE(dependency_claims_of(file_set({"m.py"})));
  CHECK_FALSE(dependency_claims_of(files_with({"m.py"}, R"({"impact":"a.py"})")));
  CHECK_FALSE(dependency_claims_of(files_with({"m.py"}, R"({"other":1})")));
  auto task = task_set({"t"});
  task.extensions = R"({"impact":["a.py"]})";
  CHECK_FALSE(dependency_claims_of(task));
}

TEST_CASE("what is not known to be spared is broken", "[17.5-01]") {
  const auto claims = dependency_claims_of(files_with(
      {"m.py"},
      R"({"impact":["a.py","b.py","c.py"],"affects_symbols":["S"],"impact_symbols":{"a.py":["S"],"b.py":["T"]}})"));
  REQUIRE(claims);
  const std::vector<broken_dependency> both{{"a.py", names{"S"}}, {"c.py", std::nullopt}};
  CHECK(broken_by(*claims, file_set({"c.py", "b.py", "a.py", "d.py"}), nullptr) == both);
  dependency_claims importer;
  importer.depends_on = {"S"};
  CHECK(broken_by(*claims, file_set({"b.py"}), &importer) == std::vector<broken_dependency>{{"b.py", names{"S"}}});
}

TEST_CASE("what a report shows of dependencies does not grow with what was said of them", "[7.5-01]") {
  std::vector<broken_dependency> broken;
  for (int file = 0; file < 256; ++file)
    broken.push_back({"f" + std::to_string(file), std::vector<std::string>(256, std::string(1000, 's'))});
  CHECK(dependency_detail(broken, broken).text.size() < 70'000);
}
