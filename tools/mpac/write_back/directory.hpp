// The directory that a workspace is written back to: nothing outside it is ever touched, nothing is half written, and
// nothing that changed meanwhile is overwritten.
#pragma once

#include "base/result.hpp"
#include "tools/mpac/write_back/plan.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::tools::write_back {

/// An open file or folder, closed with it.
class descriptor {
public:
  explicit descriptor(int number = -1) noexcept : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor();
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

private:
  int number_;
};

/// Why something was not done.
struct obstacle {
  bool is_changed_meanwhile = false; ///< what was there is not what it was decided on: decide again
  std::string why;                   ///< a clause
};

/// Paths are those of the session, and every folder on the way is opened by itself and must be none that is linked: a
/// path leads nowhere but inside, whatever anybody does to the directory meanwhile. Blocks on the disk. For one thread,
/// and, by a lock, for one process at a time.
///
/// Its own things lie in `.mpac`: the record, drafts, and versions that were kept aside.
class directory {
public:
  /// The folder must be there. The error is a sentence.
  [[nodiscard]] static base::result<directory, std::string> open(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  [[nodiscard]] on_disk look(std::string_view path) const;
  /// Writes the whole of a file, and waits until the disk has it. A file that replaces another keeps its mode, and CRLF
  /// where it had that throughout.
  [[nodiscard]] base::result<void, obstacle> write(std::string_view path, std::string_view content,
                                                   const on_disk& expected);
  [[nodiscard]] base::result<void, obstacle> remove(std::string_view path, const on_disk& expected);
  /// Puts a version beside, under a name of its own, and says where: a path below the directory.
  [[nodiscard]] base::result<std::string, obstacle> put_aside(std::string_view path, std::string_view content,
                                                              std::string_view ref);

  /// A file of `.mpac`; empty when it is not there.
  [[nodiscard]] base::result<std::string, std::string> read_own(const std::string& name) const;
  [[nodiscard]] base::result<void, std::string> write_own(const std::string& name, std::string_view content);

private:
  directory(std::filesystem::path path, descriptor root, descriptor own, descriptor lock)
      : path_(std::move(path)), root_(std::move(root)), own_(std::move(own)), lock_(std::move(lock)) {}

  /// A draft in `.mpac`, durable, under a name that is returned.
  [[nodiscard]] base::result<std::string, obstacle> draft(std::string_view content, unsigned mode);

  std::filesystem::path path_;
  descriptor root_, own_, lock_;
};

} // namespace mpac::tools::write_back
