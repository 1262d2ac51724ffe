// An engine of the store with an onlooker at its side: what it is given, what it says it has kept, and what comes back.
#pragma once

#include "store/engine.hpp"
#include "tests/simulation/onlooker.hpp"

#include <memory>
#include <utility>

namespace mpac::tests {

/// Shared by the world and the engine. Once the hub of this engine is no more, nothing that still happens in it leaves
/// a trace: it is told that all is well.
struct tap {
  std::unique_ptr<store::engine> inner; ///< null: the hub is no more
  std::shared_ptr<onlooker> watch;
  bool is_durable = inner && inner->is_durable();
  base::duration sync_interval = inner ? inner->sync_interval() : base::duration{};
  bool keeps_at_once = sync_interval == base::duration{}; ///< what it says it has kept is on the disk
};

class tapped_engine final : public store::engine {
public:
  explicit tapped_engine(std::shared_ptr<tap> at) : at_(std::move(at)) {}

  [[nodiscard]] base::result<void, store::fault> append(std::span<const store::parcel> batch) override {
    if (!at_->inner)
      return {};
    for (const auto& one : batch)
      at_->watch->is_handed_over(one);
    auto done = at_->inner->append(batch);
    if (done)
      for (const auto& one : batch)
        at_->watch->is_kept(one, at_->keeps_at_once);
    return done;
  }
  [[nodiscard]] bool wants_image(const protocol::session_id& id) const override {
    return at_->inner && at_->inner->wants_image(id);
  }
  [[nodiscard]] base::result<void, store::fault> sync() override {
    if (!at_->inner)
      return {};
    auto done = at_->inner->sync();
    if (done)
      at_->watch->is_synced();
    return done;
  }
  [[nodiscard]] base::duration sync_interval() const noexcept override { return at_->sync_interval; }
  [[nodiscard]] base::result<void, store::fault> park(std::unique_ptr<protocol::session> facts) override {
    if (!at_->inner)
      return {};
    at_->watch->is_parked(*facts);
    return at_->inner->park(std::move(facts));
  }
  [[nodiscard]] base::result<store::stored_session, store::fault> fetch(const protocol::session_id& id) override {
    if (!at_->inner)
      return gone();
    auto found = at_->inner->fetch(id);
    if (found)
      at_->watch->comes_back(id, *found);
    return found;
  }
  [[nodiscard]] base::result<std::shared_ptr<const protocol::session>, store::fault>
  look_up(const protocol::session_id& id) override {
    if (!at_->inner)
      return gone();
    return at_->inner->look_up(id);
  }
  [[nodiscard]] base::result<std::vector<protocol::session_figures>, store::fault>
  kept(const protocol::session_id& after, std::size_t limit) override {
    if (!at_->inner)
      return gone();
    return at_->inner->kept(after, limit);
  }
  [[nodiscard]] base::result<std::vector<store::sleeper>, store::fault> sleepers() override {
    if (!at_->inner)
      return gone();
    return at_->inner->sleepers();
  }
  [[nodiscard]] base::result<std::uint64_t, store::fault>
  read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                  const std::function<void(const store::transcript_line&)>& visit) override {
    if (!at_->inner)
      return gone();
    return at_->inner->read_transcript(id, from, budget, visit);
  }
  [[nodiscard]] base::result<void, store::fault> read_told(const protocol::session_id& id,
                                                           protocol::replay_search& to) override {
    if (!at_->inner)
      return gone();
    return at_->inner->read_told(id, to);
  }
  [[nodiscard]] base::result<bool, store::fault> tidy(base::instant now) override {
    return at_->inner ? at_->inner->tidy(now) : base::result<bool, store::fault>(false);
  }
  [[nodiscard]] base::result<std::uint64_t, store::fault> back_up(const std::filesystem::path&) override {
    return gone();
  }
  [[nodiscard]] bool may_block() const noexcept override { return false; } // one thread for all
  [[nodiscard]] bool is_durable() const noexcept override { return at_->is_durable; }

private:
  static base::failure<store::fault> gone() { return base::fail(store::fault{"the hub is no more"}); }

  std::shared_ptr<tap> at_;
};

} // namespace mpac::tests
