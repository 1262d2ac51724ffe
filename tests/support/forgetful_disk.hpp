// A model of what a disk holds when the power fails: what was synced, and of the rest what it happened to write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

/// The files of one folder, by name.
using disk_image = std::map<std::string, std::string>;

void lay_out(const disk_image& image, const std::filesystem::path& folder);

/// Bytes are there after a sync of their file, names after a sync of their folder. Safe for several threads.
class forgetful_disk {
public:
  class file;
  using file_ptr = std::shared_ptr<file>;

  /// Called before anything changes, with the disk as it still is; may look at it, but change nothing.
  std::function<void()> before_each;

  /// The file under this name, which exists in the real folder; it counts as synced if it is seen for the first time.
  [[nodiscard]] file_ptr known(const std::filesystem::path& path);
  [[nodiscard]] file_ptr create(const std::filesystem::path& path);
  void rename(const std::filesystem::path& from, const std::filesystem::path& to);
  void remove(const std::filesystem::path& path);
  void sync_names(const std::filesystem::path& folder);

  void write(file& to, std::uint64_t at, std::string_view bytes);
  void resize(file& of, std::uint64_t size);
  void sync(file& of);
  /// A sync failed: what was not synced will never be, though the system still shows it to readers.
  void lose(file& of);

  /// What would be there if the power failed now. With dice, each page of what was not synced is there in any of the
  /// states it has had since, and the changes of names that were not synced have happened or not.
  [[nodiscard]] disk_image left(std::mt19937_64* dice = nullptr);

private:
  std::unique_lock<std::recursive_mutex> about_to_change();

  std::recursive_mutex guard_;
  std::map<std::string, file_ptr> names_, synced_names_;
};

} // namespace mpac::tests
