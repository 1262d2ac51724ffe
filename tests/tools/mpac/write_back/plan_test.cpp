#include "tools/mpac/write_back/plan.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <array>

namespace mpac::tools::write_back {
namespace {

using kind = on_disk::kind;

on_disk file(std::string ref) {
  return {kind::file, std::move(ref), {}};
}

/// One row: what the session, the record and the disk have, `-` for nothing, and what follows.
struct row {
  const char *shared, *known, *disk;
  verdict follows;
};

verdict verdict_of(const row& of, bool is_ours = false) {
  const std::string shared = of.shared;
  const known_file known{of.known, is_ours, {}};
  const auto found = *of.disk == '-' ? on_disk{} : file(of.disk);
  return decide("a/b.txt", shared == "-" ? nullptr : &shared, known.ref == "-" ? nullptr : &known, found).is;
}

TEST_CASE("each meeting of session, record and disk has its verdict", "[write-back]") {
  // clang-format off
  constexpr row rows[] = {
    {"1", "-", "-", verdict::write},
    {"1", "-", "1", verdict::settled},
    {"1", "-", "2", verdict::keep_both},
    {"1", "1", "1", verdict::settled},
    {"2", "1", "1", verdict::write},
    {"1", "1", "2", verdict::changed_here},
    {"2", "1", "2", verdict::settled},
    {"2", "1", "3", verdict::keep_both},
    {"1", "1", "-", verdict::deleted_here},
    {"2", "1", "-", verdict::keep_both},
    {"-", "1", "1", verdict::left_here},
    {"-", "1", "2", verdict::left_here},
    {"-", "1", "-", verdict::forgotten},
  };
  // clang-format on
  for (const auto& each : rows) {
    INFO(each.shared << ' ' << each.known << ' ' << each.disk);
    CHECK(verdict_of(each) == each.follows);
  }
}

TEST_CASE("only what it has brought, unchanged, is removed", "[write-back]") {
  CHECK(verdict_of({"-", "1", "1", {}}, true) == verdict::remove);
  CHECK(verdict_of({"-", "1", "2", {}}, true) == verdict::left_here);
}

TEST_CASE("paths that lead out, or to where commands are kept, are refused whatever is there", "[write-back]") {
  for (const std::string path : {"/etc/passwd",
                                 "../up",
                                 "a/../../up",
                                 "..",
                                 ".",
                                 "",
                                 "a//b",
                                 "a/",
                                 "a\\..\\b",
                                 "C:\\x",
                                 "a\nb",
                                 "./a",
                                 ".git/hooks/post-checkout",
                                 "sub/.git/config",
                                 ".GIT/config",
                                 ".git",
                                 "sub/.Git",
                                 ".mpac/written-back.demo.json",
                                 ".vscode/tasks.json",
                                 "node_modules/x/index.js",
                                 ".gitignore",
                                 "\xff\xfe"}) {
    INFO(path);
    const std::string shared = "1";
    CHECK(decide(path, &shared, nullptr, {}).is == verdict::refused);
    CHECK_FALSE(decide(path, &shared, nullptr, {}).reason.empty());
  }
  CHECK(decide(std::string(2000, 'a'), nullptr, nullptr, {}).is == verdict::refused);
  CHECK(decide(std::string("a\0b", 3), nullptr, nullptr, {}).is == verdict::refused);
}

TEST_CASE("names that only look alike are no danger", "[write-back]") {
  for (const std::string path : {"build", "src/env", ".github/workflows/ci.yml", "...", "a..b", "~/x", "git/config"})
    CHECK_FALSE(unfit_path(path));
}

TEST_CASE("what is no regular file is never written, and no news while the session did not change it", "[write-back]") {
  const std::string old = "1", fresh = "2";
  const known_file known{"1", false, {}};
  const on_disk link{kind::unfit, {}, "it is a symbolic link"};
  CHECK(decide("a", &fresh, &known, link).is == verdict::refused);
  CHECK(decide("a", &fresh, nullptr, link).is == verdict::refused);
  CHECK(decide("a", &old, &known, link).is == verdict::settled);
  CHECK(decide("a", nullptr, &known, link).is == verdict::left_here);
}

/// Session and disk, changed by chance and brought together again, with every version that ever was named by a number.
struct two_sides {
  std::string shared, disk; // empty: no file
  record known;

  decision synced() {
    const auto found = disk.empty() ? on_disk{} : file(disk);
    const auto at = known.find("f");
    auto made = decide("f", shared.empty() ? nullptr : &shared, at == known.end() ? nullptr : &at->second, found);
    if (made.is == verdict::write)
      disk = shared;
    if (made.is == verdict::remove)
      disk.clear();
    absorb(known, made);
    return made;
  }
};

TEST_CASE("a version that was made on the disk is never lost, whatever happens in whatever order", "[write-back]") {
  rc::check([] {
    two_sides sides;
    int versions = 0;
    bool is_made_here = false; // the disk's version is its user's, and the session never had it
    const auto moves = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    for (const int move : moves) {
      if (move == 0)
        sides.shared = std::to_string(++versions);
      else if (move == 1)
        sides.shared.clear();
      else if (move == 2)
        sides.disk = std::to_string(++versions), is_made_here = true;
      else if (move == 3)
        sides.disk.clear(), is_made_here = false;
      else if (move == 4 && !sides.disk.empty())
        sides.shared = sides.disk; // its user commits it
      const auto before = sides.disk;
      const auto made = sides.synced();
      if (before == sides.shared)
        is_made_here = false;
      if (is_made_here)
        RC_ASSERT(sides.disk == before);
      else if (sides.disk != before)
        RC_ASSERT(made.is == verdict::write || made.is == verdict::remove);
    }
  });
}

TEST_CASE("brought together once, there is nothing more to do", "[write-back]") {
  rc::check([] {
    const auto version = rc::gen::element<std::string>("", "1", "2", "3");
    two_sides sides{*version, *version, {}};
    if (const auto known = *version; !known.empty())
      sides.known["f"] = {known, *rc::gen::arbitrary<bool>(), {}};
    sides.synced();
    const auto known = sides.known;
    const auto disk = sides.disk;
    const auto again = sides.synced();
    RC_ASSERT(again.is != verdict::write && again.is != verdict::remove);
    RC_ASSERT(sides.known == known);
    RC_ASSERT(sides.disk == disk);
  });
}

} // namespace
} // namespace mpac::tools::write_back
