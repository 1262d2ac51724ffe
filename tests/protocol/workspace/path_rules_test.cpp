#include "protocol/workspace/path_rules.hpp"

#include "protocol/workspace/unicode_text.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <filesystem>
#include <string>

using namespace mpac::protocol;

TEST_CASE("ordinary relative paths name shared files", "[9.5-02]") {
  for (const std::string_view path :
       {"a", "src/auth.py", ".env", ".hidden/notes.md", "a b/c d", "...", "..a/b..", "a/.b",
        "Gr\xC3\xBC\xC3\x9F"
        "e.txt",
        "\xE6\x96\x87/\xF0\x9F\x8C\x8D", "~/x", "a:b", "%2e%2e/x", "*?[]", "env"}) {
    INFO(path);
    CHECK_FALSE(path_fault(path));
  }
  CHECK_FALSE(path_fault(std::string(max_path_bytes, 'x')));
}

TEST_CASE("no path leaves the workspace, and each refusal says why", "[9.5-02]") {
  struct hostile {
    std::string path;
    std::string_view why;
  };
  const hostile cases[] = {
      {"", "is empty"},
      {"../../etc/passwd", "'..' segment"},
      {"..", "'..' segment"},
      {"a/../b", "'..' segment"},
      {"a/..", "'..' segment"},
      {"/etc/passwd", "is absolute"},
      {"/", "is absolute"},
      {"//host/share", "is absolute"},
      {"./a", "'.' segment"},
      {".", "'.' segment"},
      {"a/./b", "'.' segment"},
      {"a/.", "'.' segment"},
      {"a//b", "empty segment"},
      {"a/", "empty segment"},
      {"..\\..\\windows", "backslash"},
      {"a\\b", "backslash"},
      {std::string("a\0b", 3), "control character"},
      {std::string("a\0/../../x", 10), "control character"},
      {"a\nb", "control character"},
      {"a\x7f", "control character"},
      {"a\xC2\x80", "control character"},
      {"a\xC2\x9F/b", "control character"},
      {"\xC0\xAE\xC0\xAE/x", "is not UTF-8"}, // ".." in overlong form
      {"a\xFF", "is not UTF-8"},
      {"\xED\xA0\x80", "is not UTF-8"}, // half of a surrogate pair
      {std::string(max_path_bytes + 1, 'x'), "1024 bytes"},
  };
  for (const auto& [path, why] : cases) {
    INFO(quoted_for_people(path));
    const auto fault = path_fault(path);
    REQUIRE(fault);
    CHECK(fault->find(why) != std::string_view::npos);
  }
  CHECK_FALSE(path_fault("a\xC2\xA0")); // a no-break space is no control character
}

TEST_CASE("whatever passes stays below the workspace and is its own only spelling") {
  CHECK(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("..", ".", "/", "a", "b.c", "\\", "", "\xC3\xA4", " ", "..."));
    std::string path;
    for (const auto& piece : pieces)
      path += piece;
    if (path_fault(path))
      return;
    const std::filesystem::path root = "/srv/workspace";
    const auto joined = (root / path).lexically_normal();
    RC_ASSERT(joined.string() == root.string() + "/" + path);
  }));
}

TEST_CASE("what a client sent is quoted short and as valid text") {
  CHECK(quoted_for_people("a/b") == "\"a/b\"");
  CHECK(quoted_for_people(std::string(1 << 20, 'x')).size() < 120);
  CHECK(quoted_for_people("\xFF") == "(text that is not UTF-8)");
  std::string euros;
  while (euros.size() < 500)
    euros += "\xE2\x82\xAC";
  CHECK(is_utf8(quoted_for_people(euros)));
  CHECK(quoted_for_people(euros).size() < 120);
}
