// What is not to leave the hub with a transcript, a snapshot or a line of the log, as the configuration says now (SPEC
// 24).
#pragma once

#include "cluster/exported_log.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
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
  /// Whether a member of this name is left out somewhere: where no path is known, any of them counts.
  [[nodiscard]] bool leaves_out(std::string_view name) const {
    const std::lock_guard hold(guard_);
    return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& path) {
      return std::string_view(path).substr(path.rfind('.') + 1) == name;
    });
  }

private:
  mutable std::mutex guard_;
  redactions paths_;
};

} // namespace mpac::cluster
