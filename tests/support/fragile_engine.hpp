// A memory engine that fails while a test wants it to.
#pragma once

#include "store/memory_engine.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace mpac::tests {

/// What a test tells a fragile engine, and learns from it. Outlives the engine.
struct engine_switch {
  std::atomic<bool> fails{false};
  std::atomic<std::size_t> attempts{0};
  std::vector<std::size_t> batches; ///< the sizes of those that were kept
};

class fragile_engine final : public store::engine {
public:
  explicit fragile_engine(std::shared_ptr<engine_switch> how) : how_(std::move(how)) {}

  [[nodiscard]] base::result<void, store::fault> append(std::span<const store::entry> batch) override {
    ++how_->attempts;
    if (how_->fails)
      return base::fail(store::fault{"the disk is full"});
    how_->batches.push_back(batch.size());
    return inner_.append(batch);
  }
  [[nodiscard]] base::result<void, store::fault> park(std::unique_ptr<protocol::session> facts) override {
    return inner_.park(std::move(facts));
  }
  [[nodiscard]] base::result<std::unique_ptr<protocol::session>, store::fault>
  fetch(const protocol::session_id& id) override {
    if (how_->fails)
      return base::fail(store::fault{"the disk is full"});
    return inner_.fetch(id);
  }
  [[nodiscard]] const protocol::session* peek(const protocol::session_id& id) const override { return inner_.peek(id); }
  void read_transcript(const protocol::session_id& id,
                       const std::function<void(const store::transcript_line&)>& visit) const override {
    inner_.read_transcript(id, visit);
  }
  void read_told(const protocol::session_id& id, protocol::replay_search& to) const override {
    inner_.read_told(id, to);
  }
  [[nodiscard]] std::vector<protocol::session_id> parked(const protocol::session_id& after,
                                                         std::size_t limit) const override {
    return inner_.parked(after, limit);
  }
  [[nodiscard]] bool may_block() const noexcept override { return false; }

private:
  std::shared_ptr<engine_switch> how_;
  store::memory_engine inner_;
};

} // namespace mpac::tests
