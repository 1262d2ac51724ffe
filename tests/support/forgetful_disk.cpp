#include "tests/support/forgetful_disk.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace mpac::tests {
namespace {

constexpr std::uint64_t page_bytes = 4096;

struct piece {
  std::uint64_t at;
  std::string bytes;
};

void put(std::string& into, const piece& what) {
  if (into.size() < what.at + what.bytes.size())
    into.resize(what.at + what.bytes.size());
  std::copy(what.bytes.begin(), what.bytes.end(), into.begin() + static_cast<std::ptrdiff_t>(what.at));
}

std::string named(const std::filesystem::path& path) {
  return path.lexically_normal().string();
}

} // namespace

class forgetful_disk::file {
public:
  std::string synced;
  std::map<std::uint64_t, std::vector<piece>> pages; ///< what has been written since, by page, in its order

  void write(std::uint64_t at, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto here = std::min<std::uint64_t>(bytes.size(), page_bytes - at % page_bytes);
      pages[at / page_bytes].push_back({at, std::string(bytes.substr(0, here))});
      bytes.remove_prefix(here);
      at += here;
    }
  }

  [[nodiscard]] std::string after(std::mt19937_64* dice) const {
    auto bytes = synced;
    if (dice)
      for (const auto& [number, states] : pages)
        for (std::size_t i = 0, count = (*dice)() % (states.size() + 1); i < count; ++i)
          put(bytes, states[i]);
    return bytes;
  }

  void sync() {
    for (const auto& [number, states] : pages)
      for (const auto& each : states)
        put(synced, each);
    pages.clear();
  }
};

void lay_out(const disk_image& image, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [name, bytes] : image)
    std::ofstream(folder / name, std::ios::binary) << bytes;
}

std::unique_lock<std::recursive_mutex> forgetful_disk::about_to_change() {
  std::unique_lock lock(guard_);
  if (before_each)
    before_each();
  return lock;
}

forgetful_disk::file_ptr forgetful_disk::known(const std::filesystem::path& path) {
  const std::lock_guard lock(guard_);
  auto& file = names_[named(path)];
  if (!file) {
    file = std::make_shared<forgetful_disk::file>();
    std::ifstream in(path, std::ios::binary);
    file->synced.assign(std::istreambuf_iterator<char>(in), {});
    synced_names_[named(path)] = file;
  }
  return file;
}

forgetful_disk::file_ptr forgetful_disk::create(const std::filesystem::path& path) {
  const auto lock = about_to_change();
  return names_[named(path)] = std::make_shared<file>();
}

void forgetful_disk::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto lock = about_to_change();
  names_[named(to)] = names_[named(from)];
  names_.erase(named(from));
}

void forgetful_disk::remove(const std::filesystem::path& path) {
  const auto lock = about_to_change();
  names_.erase(named(path));
}

void forgetful_disk::sync_names(const std::filesystem::path& folder) {
  const auto lock = about_to_change();
  const auto inside = [where = named(folder / "")](const auto& each) {
    return std::filesystem::path(each.first).parent_path() / "" == std::filesystem::path(where);
  };
  std::erase_if(synced_names_, inside);
  for (const auto& each : names_)
    if (inside(each))
      synced_names_.insert(each);
}

void forgetful_disk::write(file& to, std::uint64_t at, std::string_view bytes) {
  const auto lock = about_to_change();
  to.write(at, bytes);
}

void forgetful_disk::resize(file& of, std::uint64_t size) {
  const auto lock = about_to_change();
  of.synced.resize(std::min<std::uint64_t>(of.synced.size(), size));
  std::erase_if(of.pages, [&](const auto& each) { return each.first * page_bytes >= size; });
}

void forgetful_disk::sync(file& of) {
  const auto lock = about_to_change();
  of.sync();
}

void forgetful_disk::lose(file& of) {
  const std::lock_guard lock(guard_);
  of.pages.clear();
}

disk_image forgetful_disk::left(std::mt19937_64* dice) {
  const std::lock_guard lock(guard_);
  disk_image image;
  const auto keep = [&](const std::string& name, const file_ptr& file) {
    image[std::filesystem::path(name).filename().string()] = file->after(dice);
  };
  for (const auto& [name, file] : synced_names_)
    keep(name, file);
  if (!dice)
    return image;
  // Names reach the disk in the order in which they were made or unmade, all up to some moment: here, all or none.
  if ((*dice)() % 2) {
    image.clear();
    for (const auto& [name, file] : names_)
      keep(name, file);
  }
  return image;
}

} // namespace mpac::tests
