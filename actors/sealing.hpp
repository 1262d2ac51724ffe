// Signs what the coordinator says beyond the open profile: the verified one demands it (SPEC 23.1.3.1), the
// authenticated one advises it (SPEC 23.1.2).
#pragma once

#include "protocol/decision.hpp"
#include "protocol/policy_words.hpp"
#include "security/signing_key.hpp"

#include <memory>

namespace mpac::actors {

/// Belongs to one session actor.
class sealing {
public:
  /// Null, or the open profile: nothing is signed.
  sealing(std::shared_ptr<const security::signing_key> key, protocol::security_profile profile)
      : key_(profile != protocol::security_profile::open ? std::move(key) : nullptr) {}

  /// Signs each frame of a decision that is the coordinator's own, system messages and the sideband included; what is
  /// passed on bears its sender's signature. Before it is kept: the log holds what was told.
  void seal(protocol::decision& made) const;
  [[nodiscard]] protocol::frame_ptr seal(const protocol::frame_ptr& frame) const;

private:
  std::shared_ptr<const security::signing_key> key_;
};

} // namespace mpac::actors
