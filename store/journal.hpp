// The journal: what a session has decided is kept here before anybody is told (SPEC 7.7, 8.1.1).
#pragma once

#include "base/result.hpp"
#include "protocol/decision.hpp"
#include "protocol/session.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::store {

/// Everything a session decided up to this number is as durable as the configuration demands. Only a journal makes one,
/// and only with one may a session tell what it has decided.
class kept {
public:
  [[nodiscard]] std::uint64_t up_to() const noexcept { return up_to_; }

private:
  friend class journal;
  explicit kept(std::uint64_t up_to) noexcept : up_to_(up_to) {}
  std::uint64_t up_to_;
};

/// Gathers the decisions of all sessions into batches: one write, one sync, for however many have come together.
/// Not thread-safe: lives in the journal actor.
class journal {
public:
  explicit journal(std::unique_ptr<engine> engine) : engine_(std::move(engine)) {}

  /// Takes a decision into the batch. `ticket` comes back with its `kept`.
  void add(std::uint32_t ticket, protocol::session_id session, std::shared_ptr<const protocol::decision> what);
  [[nodiscard]] bool has_batch() const noexcept { return !batch_.empty(); }

  struct receipt {
    std::uint32_t ticket;
    store::kept kept;
  };
  /// Makes the batch durable: one receipt for each ticket, for the last of its decisions. On failure nothing was kept
  /// and the batch stays, to be tried again.
  [[nodiscard]] base::result<std::vector<receipt>, fault> commit();

  [[nodiscard]] std::size_t batch_size() const noexcept { return batch_.size(); }
  [[nodiscard]] engine& storage() noexcept { return *engine_; }

private:
  std::unique_ptr<engine> engine_;
  std::vector<entry> batch_;
  std::vector<std::uint32_t> tickets_; // of each entry
};

} // namespace mpac::store
