// How paths are normalised before they are compared (SPEC 15.2.1.1).
#include "protocol/scope_path.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <string>

using mpac::protocol::normalised;
using mpac::protocol::same_target;
using mpac::protocol::target_name;

namespace {

rc::Gen<std::string> path() {
  return rc::gen::container<std::string>(rc::gen::element('a', 'B', '.', '/'));
}

} // namespace

TEST_CASE("a leading ./ is dropped", "[15.2.1.1-02]") {
  CHECK(normalised("./src/a.ts") == "src/a.ts");
  CHECK(normalised("././a") == "a");
  CHECK(normalised(".hidden") == ".hidden");
}

TEST_CASE("runs of slashes become one", "[15.2.1.1-03]") {
  CHECK(normalised("src//a///b") == "src/a/b");
  CHECK(normalised("//src") == "/src");
}

TEST_CASE("a trailing slash is dropped", "[15.2.1.1-04]") {
  CHECK(normalised("src/") == "src");
  CHECK(normalised("src///") == "src");
}

TEST_CASE("paths keep their case and their bytes", "[15.2.1.1-05]") {
  CHECK(normalised("Src/\xC3\xA4.TS") == "Src/\xC3\xA4.TS");
  CHECK(normalised("Src") != normalised("src"));
}

TEST_CASE("slashes collapse before ./ is dropped, and inner segments stay", "[15.2.1.1-02][15.2.1.1-03][O-075]") {
  CHECK(normalised(".//a") == "a");
  CHECK(normalised(".//.//a/") == "a");
  CHECK(normalised("a/./b/../c") == "a/./b/../c");
  CHECK(normalised("../a") == "../a");
  CHECK(normalised(".") == ".");
}

TEST_CASE("a path of nothing but slashes and dots before them is empty", "[O-075]") {
  for (const auto* text : {"", "/", "//", "./", ".//", "././/"})
    CHECK(normalised(text).empty());
}

TEST_CASE("a normalised path stays as it is", "[15.2.1.1-02][15.2.1.1-03][15.2.1.1-04]") {
  CHECK(rc::check("normalising twice is normalising once", [] {
    const auto once = normalised(*path());
    RC_ASSERT(normalised(once) == once);
    RC_ASSERT(once.find("//") == std::string::npos);
    RC_ASSERT(!once.starts_with("./"));
    RC_ASSERT(!once.ends_with('/'));
  }));
}

TEST_CASE("the spellings of a path are one target; URIs and other names are exact", "[15.2.1.1-02][15.2.1.1-07]") {
  for (const char* same : {"a/b.py", "./a/b.py", ".//a//b.py", "././a/b.py"})
    CHECK(same_target("a/b.py", same));
  for (const char* other : {"a/b.PY", "/a/b.py", "a/b", "b.py"})
    CHECK_FALSE(same_target("a/b.py", other));
  CHECK_FALSE(same_target("urn:x//a", "urn:x/a"));
  CHECK_FALSE(same_target("queue", "queue/"));
  CHECK_FALSE(same_target("./", ".//"));
  CHECK(target_name("./") == "./"); // nothing has no name
}
