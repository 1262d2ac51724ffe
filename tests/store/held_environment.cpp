#include "tests/store/held_environment.hpp"

#include <rocksdb/env.h>

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace mpac::tests {

class held_environment::env final : public rocksdb::EnvWrapper {
public:
  env() : EnvWrapper(rocksdb::Env::Default()) {}
  [[nodiscard]] const char* Name() const override { return "held_environment"; }

  void Schedule(void (*job)(void*), void* of, Priority how, void* tag, void (*never)(void*)) override {
    const std::lock_guard guard(guard_);
    auto start = [this, job, of, how, tag, never] { target()->Schedule(job, of, how, tag, never); };
    if (holding_)
      waiting_.emplace_back(std::move(start));
    else
      start();
  }

  void hold(bool from_now_on) {
    const std::lock_guard guard(guard_);
    holding_ = from_now_on;
    if (!holding_)
      for (const auto& each : std::exchange(waiting_, {}))
        each();
  }

private:
  std::mutex guard_;
  bool holding_ = false;
  std::vector<std::function<void()>> waiting_;
};

held_environment::held_environment() : env_(std::make_unique<env>()) {}
held_environment::~held_environment() = default;
rocksdb::Env* held_environment::get() const noexcept {
  return env_.get();
}
void held_environment::hold() {
  env_->hold(true);
}
void held_environment::release() {
  env_->hold(false);
}

} // namespace mpac::tests
