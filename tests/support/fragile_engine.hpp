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
  bool tidying_fails = false;                    ///< and every sync behind that
  protocol::session_id unreadable;               ///< cannot be fetched
  std::size_t fetches = 0;                       ///< how often it was tried
  std::size_t looks = 0;                         ///< how often somebody looked up what is kept
  std::shared_ptr<const protocol::session> kept; ///< what they see then, if the test says so
  std::size_t parked = 0;                        ///< how many sessions it has taken over
  std::vector<std::size_t> batches;              ///< the sizes of those that were kept
};

class fragile_engine final : public store::engine {
public:
  explicit fragile_engine(std::shared_ptr<engine_switch> how) : how_(std::move(how)) {}

  [[nodiscard]] base::result<void, store::fault> append(std::span<const store::parcel> batch) override {
    ++how_->attempts;
    if (how_->fails)
      return broken();
    std::size_t decisions = 0;
    for (const auto& each : batch)
      decisions += each.decisions.size();
    if (decisions != 0)
      how_->batches.push_back(decisions);
    return inner_.append(batch);
  }
  [[nodiscard]] bool wants_image(const protocol::session_id& id) const override { return inner_.wants_image(id); }
  [[nodiscard]] base::result<void, store::fault> sync() override {
    if (how_->tidying_fails)
      return broken();
    return inner_.sync();
  }
  [[nodiscard]] base::duration sync_interval() const noexcept override { return inner_.sync_interval(); }
  [[nodiscard]] base::result<void, store::fault> park(std::unique_ptr<protocol::session> facts) override {
    ++how_->parked;
    return inner_.park(std::move(facts));
  }
  [[nodiscard]] base::result<store::stored_session, store::fault> fetch(const protocol::session_id& id) override {
    if (id == how_->unreadable)
      ++how_->fetches;
    if (how_->fails || id == how_->unreadable)
      return broken();
    return inner_.fetch(id);
  }
  [[nodiscard]] base::result<std::shared_ptr<const protocol::session>, store::fault>
  look_up(const protocol::session_id& id) override {
    ++how_->looks;
    if (how_->kept)
      return how_->kept;
    return inner_.look_up(id);
  }
  [[nodiscard]] base::result<std::vector<protocol::session_figures>, store::fault>
  kept(const protocol::session_id& after, std::size_t limit) override {
    return inner_.kept(after, limit);
  }
  [[nodiscard]] base::result<std::vector<store::sleeper>, store::fault> sleepers() override {
    return inner_.sleepers();
  }
  [[nodiscard]] base::result<std::uint64_t, store::fault>
  read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                  const std::function<void(const store::transcript_line&)>& visit) override {
    return inner_.read_transcript(id, from, budget, visit);
  }
  [[nodiscard]] base::result<void, store::fault> read_told(const protocol::session_id& id,
                                                           protocol::replay_search& to) override {
    return inner_.read_told(id, to);
  }
  [[nodiscard]] base::result<bool, store::fault> tidy(base::instant now) override {
    if (how_->tidying_fails)
      return broken();
    return inner_.tidy(now);
  }
  [[nodiscard]] bool has_what_ages() const noexcept override { return inner_.has_what_ages(); }
  [[nodiscard]] base::result<std::uint64_t, store::fault> back_up(const std::filesystem::path& to) override {
    return inner_.back_up(to);
  }
  [[nodiscard]] bool may_block() const noexcept override { return false; }
  [[nodiscard]] bool is_durable() const noexcept override { return inner_.is_durable(); }

private:
  static base::failure<store::fault> broken() { return base::fail(store::fault{"the disk is full"}); }

  std::shared_ptr<engine_switch> how_;
  store::memory_engine inner_;
};

} // namespace mpac::tests
