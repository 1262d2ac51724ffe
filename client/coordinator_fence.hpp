// Whom a participant believes to be the coordinator, when one has been replaced or two claim to be it (SPEC 8.1.1.4).
#pragma once

#include "protocol/envelope.hpp"

#include <cstdint>
#include <optional>

namespace mpac::client {

/// Judges what is heard by `coordinator_epoch` first, and by Lamport values where two claim the same epoch. A value.
class coordinator_fence {
public:
  enum class verdict : std::uint8_t {
    participant, ///< no words of a coordinator's
    current,     ///< of the coordinator that is believed
    successor,   ///< of a new one, which is believed from now on
    stale,       ///< of one that has been replaced: not to be believed
    rival,       ///< the same epoch as the believed one's, and behind it: not to be believed, COORDINATOR_CONFLICT
    usurper,     ///< the same epoch, and ahead: believed from now on, COORDINATOR_CONFLICT
  };

  [[nodiscard]] verdict judge(const protocol::envelope& said);

  /// What was told before the epoch changed is told again, up to `recalled` or a new judgement of SESSION_INFO.
  void recall_from(std::uint64_t epoch, std::uint64_t above_lamport) noexcept { recalls_ = {epoch, above_lamport}; }
  void recalled() noexcept { recalls_.reset(); }

  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] const protocol::principal_id& coordinator() const noexcept { return who_; }
  /// The highest Lamport value heard of it.
  [[nodiscard]] std::uint64_t lamport() const noexcept { return lamport_; }

private:
  struct recall {
    std::uint64_t epoch = 0, above_lamport = 0;
  };

  protocol::principal_id who_; // empty: nobody has been heard yet
  protocol::instance_id instance_;
  std::uint64_t epoch_ = 0;
  std::uint64_t lamport_ = 0;
  std::optional<recall> recalls_;
};

[[nodiscard]] constexpr bool is_believed(coordinator_fence::verdict v) noexcept {
  return v != coordinator_fence::verdict::stale && v != coordinator_fence::verdict::rival;
}

} // namespace mpac::client
