#include "security/private_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>

#include <sys/stat.h>

using namespace mpac;
using security::read_private_file;

namespace {

std::filesystem::path written(const tests::temporary_folder& into, const char* name, std::string_view text,
                              mode_t mode) {
  auto file = into.path() / name;
  std::ofstream(file) << text;
  ::chmod(file.c_str(), mode);
  return file;
}

} // namespace

TEST_CASE("a key that its owner alone can read is read whole", "[23.4-04]") {
  const tests::temporary_folder folder;
  const std::string text(10'000, 'k');
  for (const mode_t mode : {0600u, 0400u, 0700u}) {
    const auto read = read_private_file(written(folder, std::to_string(mode).c_str(), text, mode));
    REQUIRE(read);
    CHECK(*read == text);
  }
}

TEST_CASE("a key that group or others can touch in any way is refused", "[23.4-04]") {
  const tests::temporary_folder folder;
  for (const mode_t bit : {0040u, 0020u, 0010u, 0004u, 0002u, 0001u}) {
    const auto read = read_private_file(written(folder, std::to_string(bit).c_str(), "a secret", 0600u | bit));
    REQUIRE_FALSE(read);
    CHECK(read.error().find(folder.path().string()) != std::string::npos);
    CHECK(read.error().find("06") != std::string::npos); // the mode it has
    CHECK(read.error().find("chmod 600") != std::string::npos);
    CHECK(read.error().find("a secret") == std::string::npos);
  }
}

TEST_CASE("what a symbolic link names is judged, not the link", "[23.4-04]") {
  const tests::temporary_folder folder;
  std::filesystem::create_symlink(written(folder, "good", "key", 0600), folder.path() / "to_good");
  std::filesystem::create_symlink(written(folder, "open", "key", 0644), folder.path() / "to_open");
  CHECK(read_private_file(folder.path() / "to_good"));
  CHECK_FALSE(read_private_file(folder.path() / "to_open"));
}

TEST_CASE("what is no file of a key's size is refused with its reason", "[23.4-04]") {
  const tests::temporary_folder folder;
  CHECK(read_private_file(folder.path() / "nothing").error().find("No such file") != std::string::npos);
  CHECK(read_private_file(folder.path()).error().find("no regular file") != std::string::npos);
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(read_private_file(pipe).error().find("no regular file") != std::string::npos);
  const auto big = written(folder, "big", "", 0600);
  std::filesystem::resize_file(big, (1 << 20) + 1);
  CHECK(read_private_file(big).error().find("megabyte") != std::string::npos);
}
