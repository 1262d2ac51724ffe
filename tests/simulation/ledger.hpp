// What the store was given of one session, and what it has promised: the yardstick of what comes back from it.
#pragma once

#include "protocol/session.hpp"
#include "store/engine.hpp"
#include "tests/simulation/shadow.hpp"
#include "tests/simulation/violation.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>

namespace mpac::tests {

/// A plain value beside the session it holds. It absorbs what is kept only when somebody asks: nothing is encoded at
/// every step.
class ledger {
public:
  /// A parcel is about to be kept, for the first time or again.
  void is_handed_over(const store::parcel& what, violation& amiss);
  /// Whether the store has been given anything.
  [[nodiscard]] bool is_known() const noexcept { return replica_ != nullptr; }
  /// The store says that it has it.
  void is_kept(std::uint64_t up_to) noexcept { kept_ = std::max(kept_, up_to); }
  /// All it has is on the disk.
  void is_synced() noexcept { synced_ = kept_; }
  [[nodiscard]] std::uint64_t kept() const noexcept { return kept_; }

  /// The hub is gone, and with it, maybe, what was only in the system's memory.
  void is_cut_off(bool with_power) noexcept {
    kept_ = with_power ? synced_ : kept_;
    begins_anew_ = true;
  }

  /// It is loaded: all that was promised must be there, nothing but what was handed over, and it must be what a session
  /// knows that has absorbed just that. Later decisions are forgotten. Null: nothing was found.
  void comes_back(const protocol::session_id& id, const protocol::session* found, violation& amiss);
  /// What an onlooker knows of the session as it came back last.
  [[nodiscard]] const session_shadow& shadow() const noexcept { return shadow_; }

private:
  std::unique_ptr<protocol::session> replica_; // what can't be forgotten any more, as far as anybody has asked
  session_shadow synced_shadow_;               // of the replica
  session_shadow shadow_;
  std::deque<std::shared_ptr<const protocol::decision>> since_; // that the replica has not absorbed
  std::uint64_t handed_over_ = 0, kept_ = 0, synced_ = 0;
  bool begins_anew_ = false;
};

} // namespace mpac::tests
