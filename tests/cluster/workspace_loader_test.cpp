#include "cluster/workspace_loader.hpp"

#include "protocol/workspace/served_size.hpp"
#include "protocol/workspace/state_ref.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

using namespace mpac::cluster;
using mpac::protocol::max_served_bytes;
using mpac::protocol::served_size;
using mpac::protocol::state_ref_of;

namespace {

namespace fs = std::filesystem;

/// A directory tree of its own that goes away with the test.
class tree {
public:
  tree() {
    std::string pattern = (fs::temp_directory_path() / "mpac-workspace-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      throw std::runtime_error("no temporary directory");
    root_ = pattern;
    fs::create_directory(workspace());
  }
  ~tree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  tree(const tree&) = delete;
  tree& operator=(const tree&) = delete;

  [[nodiscard]] fs::path workspace() const { return root_ / "workspace"; }
  [[nodiscard]] fs::path outside() const { return root_ / "outside"; }

  void write(const fs::path& path, std::string_view bytes) const {
    const auto full = workspace() / path;
    fs::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << bytes;
  }

private:
  fs::path root_;
};

std::vector<std::string> paths_of(const loaded_workspace& loaded) {
  std::vector<std::string> paths;
  for (const auto& [path, file] : loaded.files.files())
    paths.push_back(path);
  return paths;
}

std::string content_of(const loaded_workspace& loaded, const std::string& path) {
  const auto* file = loaded.files.find(path);
  return file ? file->content() : "(not shared)";
}

bool warned_of(const loaded_workspace& loaded, std::string_view path, std::string_view why) {
  for (const auto& warning : loaded.warnings)
    if (warning.find('"' + std::string(path) + '"') != std::string::npos && warning.find(why) != std::string::npos)
      return true;
  return false;
}

} // namespace

TEST_CASE("text files are shared under their relative paths", "[9.5-02][9.5-C01]") {
  const tree t;
  t.write("b.txt", "b");
  t.write("src/deep/er/a.py", "print()\n");
  t.write("empty", "");
  t.write("with space/\xC3\xA4.md", "\xE2\x82\xAC");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"b.txt", "empty", "src/deep/er/a.py", "with space/\xC3\xA4.md"});
  CHECK(loaded->files.find("empty")->state_ref() == "sha256:e3b0c44298fc1c14");
  CHECK(loaded->files.find("with space/\xC3\xA4.md")->size() == 1);
  CHECK(loaded->warnings.empty());
}

TEST_CASE("caches and version control are skipped at any depth, silently", "[9.5-02]") {
  const tree t;
  for (const char* name :
       {".git", ".hg", ".svn", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules", ".venv",
        "venv", "env", ".idea", ".vscode", "dist", "build", ".next", ".turbo"}) {
    t.write(fs::path(name) / "x", "skipped");
    t.write(fs::path("deep/down") / name / "below/x", "skipped");
  }
  for (const char* name : {".DS_Store", "Thumbs.db", ".gitignore"}) {
    t.write(name, "skipped");
    t.write(fs::path("deep") / name, "skipped");
  }
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(loaded->files.empty());
  CHECK(loaded->warnings.empty());
}

TEST_CASE("hidden files are shared, and a skipped name is skipped for its own kind only", "[9.5-02]") {
  const tree t;
  t.write(".env", "KEY=1");
  t.write(".hidden/notes", "n");
  t.write(".github/ci.yml", "on: push");
  t.write("sub/env", "a file named like a directory");
  t.write("sub/build", "too");
  t.write("Thumbs.db/x", "a directory named like a file");
  t.write("Build/x", "names are compared exactly");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{".env", ".github/ci.yml", ".hidden/notes", "Build/x",
                                                      "Thumbs.db/x", "sub/build", "sub/env"});
}

TEST_CASE("line ends become LF before hashing, and a byte order mark stays", "[9.5-02]") {
  const tree t;
  t.write("crlf", "a\r\nb\r\n");
  t.write("cr", "a\rb\r");
  t.write("mixed", "\r\r\n\n\r\n\r\r");
  t.write("bom", "\xEF\xBB\xBFx");
  t.write("nul", std::string_view("a\0b", 3));
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(content_of(*loaded, "crlf") == "a\nb\n");
  CHECK(loaded->files.find("crlf")->state_ref() == state_ref_of("a\nb\n"));
  CHECK(content_of(*loaded, "cr") == "a\nb\n");
  CHECK(content_of(*loaded, "mixed") == "\n\n\n\n\n\n");
  CHECK(content_of(*loaded, "bom") == "\xEF\xBB\xBFx");
  CHECK(loaded->files.find("bom")->size() == 2);
  CHECK(content_of(*loaded, "nul") == std::string("a\0b", 3));
}

TEST_CASE("what is not UTF-8 is skipped with a warning", "[9.5-02]") {
  const tree t;
  t.write("latin1", "caf\xE9");
  t.write("surrogate", "\xED\xA0\x80");
  t.write("cut", "abc\xE2\x82");
  t.write("fine", "\xF4\x8F\xBF\xBF");
  t.write("name\xFF", "text");
  t.write("dir\xFF/file", "text");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"fine"});
  CHECK(warned_of(*loaded, "latin1", "not UTF-8"));
  CHECK(warned_of(*loaded, "surrogate", "not UTF-8"));
  CHECK(warned_of(*loaded, "cut", "not UTF-8"));
  CHECK(loaded->warnings.size() == 5);
}

TEST_CASE("a name that is no workspace path is skipped with a warning", "[9.5-02]") {
  const tree t;
  t.write("back\\slash", "x");
  t.write("new\nline", "x");
  t.write("bad\tdir/file", "x");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(loaded->files.empty());
  CHECK(warned_of(*loaded, "back\\slash", "backslash"));
  CHECK(warned_of(*loaded, "new\nline", "control character"));
  CHECK(warned_of(*loaded, "bad\tdir", "control character"));
}

TEST_CASE("links to files are read while they stay inside, links to directories are not entered", "[9.5-02]") {
  const tree t;
  t.write("real/file", "inside");
  fs::create_directory(t.outside());
  std::ofstream(t.outside() / "secret") << "outside";
  fs::create_symlink("real/file", t.workspace() / "link");
  fs::create_symlink(t.workspace() / "real/file", t.workspace() / "absolute");
  fs::create_symlink("link", t.workspace() / "twice");
  fs::create_symlink("real", t.workspace() / "linked-directory");
  fs::create_symlink(t.outside(), t.workspace() / "way-out");
  fs::create_symlink(t.outside() / "secret", t.workspace() / "leak");
  fs::create_symlink("../outside/secret", t.workspace() / "relative-leak");
  fs::create_symlink("nowhere", t.workspace() / "dangling");
  fs::create_symlink("loop", t.workspace() / "loop");
  fs::create_symlink("/dev/zero", t.workspace() / "endless");
  fs::create_symlink("/etc/passwd", t.workspace() / "passwd");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"absolute", "link", "real/file", "twice"});
  CHECK(content_of(*loaded, "twice") == "inside");
  for (const char* leak : {"leak", "relative-leak", "endless", "passwd"})
    CHECK(warned_of(*loaded, leak, "leads out of the workspace"));
  CHECK(warned_of(*loaded, "linked-directory", "not entered"));
  CHECK(warned_of(*loaded, "way-out", "not entered"));
  CHECK(warned_of(*loaded, "dangling", "No such file"));
  CHECK(warned_of(*loaded, "loop", "symbolic links"));
}

TEST_CASE("a neighbour whose name begins like the workspace's is outside", "[9.5-02]") {
  const tree t;
  const fs::path neighbour = t.workspace().string() + "-private";
  fs::create_directory(neighbour);
  std::ofstream(neighbour / "secret") << "outside";
  fs::create_symlink(neighbour / "secret", t.workspace() / "leak");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(loaded->files.empty());
  CHECK(warned_of(*loaded, "leak", "leads out"));
}

TEST_CASE("the workspace itself may be a link", "[9.5-02]") {
  const tree t;
  t.write("a", "1");
  fs::create_symlink("a", t.workspace() / "b");
  fs::create_directory_symlink(t.workspace(), t.outside());
  const auto loaded = load_workspace(t.outside());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a pipe is not waited for", "[9.5-02]") {
  const tree t;
  t.write("a", "1");
  REQUIRE(::mkfifo((t.workspace() / "pipe").c_str(), 0600) == 0);
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"a"});
  CHECK(warned_of(*loaded, "pipe", "not a regular file"));
}

TEST_CASE("a file too large for one frame is not shared, and a warning says so", "[9.5-02]") {
  const tree t;
  const auto room = max_served_bytes - served_size("fits", "");
  t.write("fits", std::string(room, 'x'));
  t.write("over", std::string(room + 1, 'x'));
  t.write("huge", std::string(3 * max_served_bytes, 'x'));
  t.write("escaped", std::string(max_served_bytes / 2, '"'));
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{"fits"});
  for (const char* name : {"over", "huge", "escaped"})
    CHECK(warned_of(*loaded, name, "1048576"));
}

TEST_CASE("a deep tree is walked to the longest path, not beyond", "[9.5-02]") {
  const tree t;
  fs::path deep;
  for (int i = 0; i < 10; ++i)
    deep /= std::string(100, 'd'); // ten segments of 101 bytes
  t.write(deep / "x", "1");
  t.write(deep / std::string(20, 'y'), "1");
  t.write(deep / std::string(20, 'z') / "x", "1");
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(paths_of(*loaded) == std::vector<std::string>{(deep / "x").string()});
  CHECK(loaded->warnings.size() == 2);
}

TEST_CASE("a directory that cannot be read is an error that names it", "[9.5-02]") {
  const tree t;
  const auto missing = load_workspace(t.workspace() / "missing");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text.find("missing") != std::string::npos);
  CHECK(missing.error().text.find("No such file") != std::string::npos);

  t.write("file", "1");
  const auto file = load_workspace(t.workspace() / "file");
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().text.find("Not a directory") != std::string::npos);

  CHECK_FALSE(load_workspace("").has_value());
}

TEST_CASE("an empty directory is an empty workspace", "[9.5-02]") {
  const tree t;
  const auto loaded = load_workspace(t.workspace());
  REQUIRE(loaded.has_value());
  CHECK(loaded->files.empty());
  CHECK(loaded->warnings.empty());
}

TEST_CASE("what is left out of a workspace is told by its path alone, whatever the letter case", "[9.5-02]") {
  for (const auto* path : {".git/config", "a/.GIT/hooks/x", "node_modules/x", "sub/build/x", ".mpac/hub/listen.json",
                           ".gitignore", "a/.DS_Store"}) {
    INFO(path);
    CHECK(is_left_out(path));
  }
  for (const auto* path : {"build", "a/env", "git/config", ".github/x", "a.git/x", ""}) {
    INFO(path);
    CHECK_FALSE(is_left_out(path));
  }
}

TEST_CASE("where mpac keeps its own things is not shared", "[9.5-02]") {
  const tree t;
  fs::create_directory(t.workspace() / ".mpac");
  std::ofstream(t.workspace() / ".mpac" / "key") << "secret";
  CHECK(load_workspace(t.workspace())->files.empty());
}
