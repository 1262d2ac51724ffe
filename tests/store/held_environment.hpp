// The disk, with a switch that lets RocksDB's work in the background wait: no log is sorted into files meanwhile.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace mpac::tests {

class held_environment {
public:
  held_environment();
  ~held_environment();

  [[nodiscard]] rocksdb::Env* get() const noexcept;
  void hold();
  /// What has waited begins now. A table can be closed only after that.
  void release();

private:
  class env;
  std::unique_ptr<env> env_;
};

} // namespace mpac::tests
