// A file system for RocksDB that knows what would be left if the power failed, and fails on command.
#pragma once

#include "tests/support/forgetful_disk.hpp"

#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace mpac::tests {

/// What failing calls say.
enum class disk_trouble { none, input_output, no_space };

class forgetful_file_system {
public:
  forgetful_file_system();
  ~forgetful_file_system();

  [[nodiscard]] rocksdb::Env* environment() const noexcept;
  [[nodiscard]] forgetful_disk& disk() noexcept;

  /// From now on every write to files of which the name ends so fails, or every sync, or neither.
  void fail_writes(disk_trouble how, std::string ending = ".log");
  void fail_syncs(disk_trouble how, std::string ending = ".log");

private:
  class system;
  std::shared_ptr<system> system_;
  std::unique_ptr<rocksdb::Env> environment_;
};

} // namespace mpac::tests
