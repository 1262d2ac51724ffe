// A table whose process has died: its folder as it lay there, with several logs, some of them in files used before.
#pragma once

#include "store/log_inspection.hpp"
#include "store/table.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mpac::tests {

/// What batch `number` puts at its key: of very different sizes, some larger than a block of the log.
[[nodiscard]] std::string value_of(std::uint64_t number);
[[nodiscard]] std::string key_of(std::uint64_t number);

/// Writes the batches (last, up_to], each `sync_every`-th with a sync.
void write_batches(store::table& to, std::uint64_t up_to, std::uint64_t sync_every);

/// Whether the table holds these batches, whole, and nothing else; if not, says so.
void check_batches(store::table& in, std::uint64_t up_to);

class dead_table {
public:
  explicit dead_table(std::uint64_t sync_every);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::uint64_t batches() const noexcept { return batches_; }
  [[nodiscard]] const store::flushed_state& flushed() const noexcept { return flushed_; }
  /// The logs that RocksDB would read, in their order, and what is in them.
  [[nodiscard]] const std::vector<store::log_file>& logs() const noexcept { return logs_; }
  [[nodiscard]] const std::vector<std::string>& contents() const noexcept { return contents_; }

  /// The last batch that is there when the newest log ends at `at`.
  [[nodiscard]] std::uint64_t last_within(std::uint64_t at) const;

  /// The last batch that is there when what is at `at` of a log cannot be read; 0 when somebody says it was synced.
  struct place {
    std::size_t log;
    std::uint64_t at;
  };
  [[nodiscard]] std::uint64_t last_without(const place& damaged) const;

  /// A copy to be spoilt.
  void copy_to(const std::filesystem::path& folder) const;

private:
  temporary_folder place_;
  std::filesystem::path folder_;
  std::uint64_t batches_ = 0;
  store::flushed_state flushed_;
  std::vector<store::log_file> logs_;
  std::vector<std::string> contents_;
  std::vector<store::log_scan> scans_;
};

} // namespace mpac::tests
