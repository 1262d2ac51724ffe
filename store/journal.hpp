// The journal: what a session has decided is kept here before anybody is told (SPEC 7.7, 8.1.1).
#pragma once

#include "base/result.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace mpac::store {

/// Everything a session decided up to this number is as durable as the configuration demands. Only a journal makes one,
/// and only with one may a session tell what it has decided.
class kept {
public:
  [[nodiscard]] std::uint64_t up_to() const noexcept { return up_to_; }
  /// The next parcel should bring an image of the session.
  [[nodiscard]] bool wants_image() const noexcept { return wants_image_; }

private:
  friend class journal;
  kept(std::uint64_t up_to, bool wants_image) noexcept : up_to_(up_to), wants_image_(wants_image) {}
  std::uint64_t up_to_;
  bool wants_image_;
};

/// Gathers the decisions of all sessions into batches: one write, one sync, for however many have come together.
/// Not thread-safe: lives in the journal actor.
class journal {
public:
  explicit journal(std::unique_ptr<engine> engine) : engine_(std::move(engine)) {}

  /// Takes a parcel into the next batch. `ticket` comes back with its `kept`.
  void add(std::uint32_t ticket, parcel what);
  [[nodiscard]] bool has_batch() const noexcept { return !gathering_.parcels.empty() || !failed_.parcels.empty(); }

  struct receipt {
    std::uint32_t ticket;
    store::kept kept;
  };
  /// Makes the batch durable: one receipt for each parcel. On failure nothing was kept, and the batch is tried again,
  /// as it was, before any other.
  [[nodiscard]] base::result<std::vector<receipt>, fault> commit();

  /// Whether something of a session waits to be kept.
  [[nodiscard]] bool holds(const protocol::session_id& id) const;
  /// Decisions that wait.
  [[nodiscard]] std::size_t batch_size() const noexcept { return gathering_.decisions + failed_.decisions; }
  [[nodiscard]] engine& storage() noexcept { return *engine_; }

private:
  struct batch {
    std::vector<parcel> parcels;
    std::vector<std::uint32_t> tickets; // of each parcel
    std::size_t decisions = 0;
  };
  [[nodiscard]] base::result<void, fault> commit(batch& one, std::vector<receipt>& receipts);

  std::unique_ptr<engine> engine_;
  batch gathering_;
  batch failed_; // whether it was kept only the engine can find out
};

} // namespace mpac::store
