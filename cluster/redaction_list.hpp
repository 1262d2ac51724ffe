// What is not to leave the hub with a transcript, as the configuration says now (SPEC 24).
#pragma once

#include "cluster/exported_log.hpp"

#include <mutex>
#include <utility>

namespace mpac::cluster {

/// Thread-safe.
class redaction_list {
public:
  explicit redaction_list(redactions from) : paths_(std::move(from)) {}

  void change(redactions to) {
    const std::lock_guard hold(guard_);
    paths_ = std::move(to);
  }
  [[nodiscard]] redactions now() const {
    const std::lock_guard hold(guard_);
    return paths_;
  }

private:
  mutable std::mutex guard_;
  redactions paths_;
};

} // namespace mpac::cluster
