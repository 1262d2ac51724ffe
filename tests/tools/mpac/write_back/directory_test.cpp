#include "tools/mpac/write_back/directory.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>

namespace mpac::tools::write_back {
namespace {

namespace fs = std::filesystem;
using kind = on_disk::kind;

struct place {
  tests::temporary_folder folder;
  fs::path inside = folder.path() / "shared", outside = folder.path() / "outside";
  std::optional<directory> opened;

  place() {
    fs::create_directory(inside);
    fs::create_directory(outside);
    auto made = directory::open(inside);
    REQUIRE(made);
    opened.emplace(std::move(*made));
  }
  directory& operator*() { return *opened; }
  directory* operator->() { return &*opened; }

  static void put(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  static std::string get(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files_outside() const {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(outside), {}));
  }
  std::size_t drafts() const {
    const auto drafts = inside / ".mpac" / "drafts";
    return fs::exists(drafts) ? static_cast<std::size_t>(std::distance(fs::directory_iterator(drafts), {})) : 0;
  }
};

TEST_CASE("a file is written with the folders on its way, and found again", "[write-back]") {
  place at;
  REQUIRE(at->write("a/b/c.txt", "hello\n", {}));
  CHECK(place::get(at.inside / "a/b/c.txt") == "hello\n");
  CHECK(at->look("a/b/c.txt") == on_disk{kind::file, protocol::state_ref_of("hello\n"), {}});
  CHECK(at->look("a/b/other").is == kind::nothing);
  CHECK(at->look("x/y/z").is == kind::nothing);
  CHECK(at.drafts() == 0);
}

TEST_CASE("a file that replaces another keeps its mode, and its line ends", "[write-back]") {
  place at;
  place::put(at.inside / "run.sh", "one\r\ntwo\r\n");
  fs::permissions(at.inside / "run.sh", fs::perms(0751));
  const auto found = at->look("run.sh");
  CHECK(found.ref == protocol::state_ref_of("one\ntwo\n"));
  REQUIRE(at->write("run.sh", "one\nthree\n", found));
  CHECK(place::get(at.inside / "run.sh") == "one\r\nthree\r\n");
  CHECK(fs::status(at.inside / "run.sh").permissions() == fs::perms(0751));
  CHECK(at.drafts() == 0);
}

TEST_CASE("rights beyond those of its owner's do not go over to what others have written", "[write-back]") {
  place at;
  place::put(at.inside / "tool", "old");
  REQUIRE(::chmod((at.inside / "tool").c_str(), 04755) == 0);
  REQUIRE(at->write("tool", "new", at->look("tool")));
  CHECK(fs::status(at.inside / "tool").permissions() == fs::perms(0755));
}

TEST_CASE("what changed since it was decided on stays as it is", "[write-back]") {
  place at;
  place::put(at.inside / "f", "decided on");
  const auto found = at->look("f");
  place::put(at.inside / "f", "saved meanwhile");
  const auto written = at->write("f", "from the session", found);
  REQUIRE_FALSE(written);
  CHECK(written.error().is_changed_meanwhile);
  const auto removed = at->remove("f", found);
  REQUIRE_FALSE(removed);
  CHECK(removed.error().is_changed_meanwhile);
  CHECK(place::get(at.inside / "f") == "saved meanwhile");

  REQUIRE_FALSE(at->write("f", "as if it were new", {}));
  CHECK(place::get(at.inside / "f") == "saved meanwhile");
  CHECK(at.drafts() == 0);
}

TEST_CASE("no link leads out: not of a folder, not of the file, not to nowhere", "[write-back]") {
  place at;
  place::put(at.outside / "secret", "theirs");
  fs::create_directory_symlink(at.outside, at.inside / "folder");
  fs::create_symlink(at.outside / "secret", at.inside / "file");
  fs::create_symlink(at.outside / "not-there", at.inside / "dangling");
  fs::create_directory_symlink("..", at.inside / "up");
  fs::create_directory_symlink(at.inside, at.inside / "round");
  for (const auto* path : {"folder/new", "folder/secret", "folder/deep/new", "file", "dangling", "up/outside/new",
                           "round/new", "file/new"}) {
    INFO(path);
    const auto found = at->look(path);
    CHECK(found.is == kind::unfit);
    CHECK_FALSE(found.why.empty());
    CHECK_FALSE(at->write(path, "x", {}));
    CHECK_FALSE(at->write(path, "x", found));
    CHECK_FALSE(at->write(path, "x", {kind::file, protocol::state_ref_of("theirs"), {}}));
    CHECK_FALSE(at->remove(path, {kind::file, protocol::state_ref_of("theirs"), {}}));
  }
  CHECK(place::get(at.outside / "secret") == "theirs");
  CHECK(at.files_outside() == 1);
  CHECK(fs::is_symlink(at.inside / "file"));
  CHECK(fs::is_symlink(at.inside / "dangling"));
  CHECK_FALSE(fs::exists(at.inside / "new"));
}

TEST_CASE("a folder that becomes a link between look and write leads nowhere", "[write-back]") {
  place at;
  place::put(at.inside / "a/f", "old");
  place::put(at.outside / "f", "old");
  const auto found = at->look("a/f");
  fs::rename(at.inside / "a", at.inside / "moved");
  fs::create_directory_symlink(at.outside, at.inside / "a");
  CHECK_FALSE(at->write("a/f", "new", found));
  CHECK_FALSE(at->remove("a/f", found));
  CHECK(place::get(at.outside / "f") == "old");
}

TEST_CASE("special files are never opened for writing, and nothing waits for a pipe", "[write-back]") {
  place at;
  REQUIRE(::mkfifo((at.inside / "pipe").c_str(), 0600) == 0);
  fs::create_directory(at.inside / "folder");
  const int number = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto name = (at.inside / "socket").string();
  REQUIRE(name.size() < sizeof(address.sun_path));
  name.copy(static_cast<char*>(address.sun_path), name.size());
  REQUIRE(::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  for (const auto* path : {"pipe", "folder", "socket", "pipe/under"}) {
    INFO(path);
    const auto found = at->look(path);
    CHECK(found.is == kind::unfit);
    CHECK_FALSE(at->write(path, "x", {}));
    CHECK_FALSE(at->write(path, "x", found));
  }
  CHECK_FALSE(at->remove("folder", {kind::file, "x", {}}));
  CHECK(fs::is_fifo(at.inside / "pipe"));
  CHECK(fs::is_directory(at.inside / "folder"));
  CHECK(fs::is_socket(at.inside / "socket"));
  ::close(number);
}

TEST_CASE("a version kept aside has a name of its own, and is kept once", "[write-back]") {
  place at;
  const auto first = at->put_aside("src/a.txt", "one", protocol::state_ref_of("one"));
  const auto second = at->put_aside("src/a.txt", "two", protocol::state_ref_of("two"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first != *second);
  CHECK(first->starts_with(".mpac/"));
  CHECK(place::get(at.inside / *first) == "one");
  CHECK(place::get(at.inside / *second) == "two");
  CHECK(*at->put_aside("src/a.txt", "one", protocol::state_ref_of("one")) == *first);
  CHECK(at.drafts() == 0);
}

TEST_CASE("one program at a time works in a directory", "[write-back]") {
  place at;
  const auto second = directory::open(at.inside);
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error(), Catch::Contains("another mpac"));
  at.opened.reset();
  CHECK(directory::open(at.inside));
}

TEST_CASE("its own folder is no link to somewhere else", "[write-back]") {
  tests::temporary_folder folder;
  fs::create_directory(folder.path() / "elsewhere");
  fs::create_directory(folder.path() / "shared");
  fs::create_directory_symlink(folder.path() / "elsewhere", folder.path() / "shared" / ".mpac");
  CHECK_FALSE(directory::open(folder.path() / "shared"));
  CHECK(fs::is_empty(folder.path() / "elsewhere"));
  CHECK_FALSE(directory::open(folder.path() / "not-there"));
}

TEST_CASE("its own files are written whole, replaced, and out of version control", "[write-back]") {
  place at;
  CHECK(at->read_own("written-back.demo.json")->empty());
  REQUIRE(at->write_own("written-back.demo.json", "one"));
  REQUIRE(at->write_own("written-back.demo.json", "two"));
  CHECK(*at->read_own("written-back.demo.json") == "two");
  CHECK(place::get(at.inside / ".mpac" / ".gitignore") == "*\n");
}

} // namespace
} // namespace mpac::tools::write_back
