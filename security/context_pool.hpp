// Contexts of one key that are ready for the next signature: to make one costs as much as hashing a long message.
#pragma once

#include "security/freed_by.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace mpac::security {

/// Thread-safe. As many contexts as have been in use at once stay.
template <class Context, auto Free>
class context_pool {
public:
  using owned = std::unique_ptr<Context, freed_by<Free>>;

  /// One that nobody uses, or null.
  [[nodiscard]] owned take() {
    const std::lock_guard hold(mutex_);
    if (idle_.empty())
      return nullptr;
    auto last = std::move(idle_.back());
    idle_.pop_back();
    return last;
  }

  void give_back(owned context) {
    const std::lock_guard hold(mutex_);
    idle_.push_back(std::move(context));
  }

private:
  std::mutex mutex_;
  std::vector<owned> idle_;
};

} // namespace mpac::security
