#include "client/agent/unified_diff.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

using mpac::client::agent::unified_diff;

TEST_CASE("a change is shown with three lines around it") {
  CHECK(unified_diff("a.py", "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n") == "--- a/a.py\n"
                                                                                           "+++ b/a.py\n"
                                                                                           "@@ -2,7 +2,7 @@\n"
                                                                                           " 2\n"
                                                                                           " 3\n"
                                                                                           " 4\n"
                                                                                           "-5\n"
                                                                                           "+five\n"
                                                                                           " 6\n"
                                                                                           " 7\n"
                                                                                           " 8\n");
  CHECK(unified_diff("a.py", "same\n", "same\n").empty());
}

TEST_CASE("git makes the new file of the old one and the diff") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {"one\n", "two\n"},
      {"one", "one\n"},
      {"one\n", "one"},
      {"a\nb\nc\n", "b\nc\nd\n"},
      {"x\n", "x\ny\n"},
      {"a\n\n\nb\n", "a\n\nb\n\n"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n",
       "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\nfifteen"},
      {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\nx\n5\n7\n8\n9\n10\n"},
  }));
  const mpac::tests::temporary_folder folder;
  const auto file = folder.path() / "file", difference = folder.path() / "difference";
  std::ofstream(file, std::ios::binary) << before;
  std::ofstream(difference, std::ios::binary) << unified_diff("file", before, after);
  REQUIRE(std::system(("git -C " + folder.path().string() + " apply --whitespace=nowarn difference").c_str()) == 0);
  std::ifstream in(file, std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == after);
}
