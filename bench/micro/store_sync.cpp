// How many batches a second reach the disk, one sync each; the yardstick is the disk's own fdatasync (SPEC 8.1.1.2).
//
// In the folder for temporary files: let TMPDIR say which disk is meant.
#include "bench/micro/measure.hpp"
#include "store/rocksdb_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace mpac::bench {
namespace {

constexpr std::size_t batch_bytes = 1024;
constexpr std::size_t syncs = 2'000;

class folder {
public:
  folder() {
    auto name = (std::filesystem::temp_directory_path() / "mpac-bench-XXXXXX").string();
    prove(mkdtemp(name.data()) != nullptr, "a folder for the table can be made");
    path = name;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

/// A file that has its full size already, so that nothing but the bytes has to be written.
class yardstick {
public:
  explicit yardstick(const std::filesystem::path& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    const std::string zeros(1 << 20, '\0');
    for (int i = 0; i < 8; ++i)
      prove(::write(file_, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size()), "the disk takes bytes");
    prove(::fsync(file_) == 0, "the disk can be synced");
  }
  ~yardstick() { ::close(file_); }

  void sync(const std::string& bytes) {
    at_ = (at_ + static_cast<off_t>(bytes.size())) % (8 << 20);
    prove(::pwrite(file_, bytes.data(), bytes.size(), at_) == static_cast<ssize_t>(bytes.size()) &&
              ::fdatasync(file_) == 0,
          "the disk can be synced");
  }

private:
  int file_;
  off_t at_ = 0;
};

double median(std::vector<double>& of) {
  const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::nth_element(of.begin(), middle, of.end());
  return *middle;
}

double mean(const std::vector<double>& of) {
  return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
}

template <class Work>
double seconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Table and yardstick by turns, because a disk has moods.
void measure(benchmark::State& state, std::size_t log_bytes, std::size_t logs_before) {
  const folder place;
  store::rocksdb_options options;
  options.log_bytes = log_bytes;
  const auto table = store::open_rocksdb_table(place.path / "table", options);
  prove(table.has_value(), "the table opens");
  yardstick disk(place.path / "yardstick");
  const std::string value(batch_bytes, 'v');
  store::changes batch;
  const auto write = [&](bool sync) {
    const auto number = (*table)->batch() + 1;
    batch.clear();
    batch.put(store::space::log, std::to_string(number), value);
    prove((*table)->write(number, batch, sync).has_value(), "a batch is written");
  };
  for (std::size_t log = 0; log < logs_before; ++log) {
    for (std::size_t written = 0; written < log_bytes / 2; written += batch_bytes)
      write(false);
    // Waits until what the log holds is in sorted files, so that it can be used again; the next log is begun.
    prove((*table)->back_up(place.path / std::to_string(log)).has_value(), "the table can be backed up");
  }
  prove((*table)->sync().has_value(), "the table can be synced");

  std::vector<double> raw, synced;
  for (auto _ : state) {
    raw.push_back(seconds([&] { disk.sync(value); }));
    synced.push_back(seconds([&] { write(true); }));
    state.SetIterationTime(synced.back());
  }
  // The journal of the file system makes some syncs far dearer than most: the mean tells what a second holds, the ratio
  // of medians what is usual.
  state.counters["syncs_per_s"] = 1 / mean(synced);
  state.counters["disk_syncs_per_s"] = 1 / mean(raw);
  state.counters["ratio"] = mean(synced) / mean(raw);
  state.counters["usual_ratio"] = median(synced) / median(raw);
}

// As the table runs after a while: each log is written over one that is no longer needed.
void store_sync_in_recycled_logs(benchmark::State& state) {
  measure(state, 8 << 20, 4);
}

// As it runs in the beginning, and would for ever if logs were not recycled: the log grows with each batch.
void store_sync_in_growing_logs(benchmark::State& state) {
  measure(state, 64 << 20, 0);
}

BENCHMARK(store_sync_in_recycled_logs)->Iterations(syncs)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(store_sync_in_growing_logs)->Iterations(syncs)->UseManualTime()->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace mpac::bench
