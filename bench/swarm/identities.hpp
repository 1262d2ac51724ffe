// How the swarm's participants prove who they are, and sign what they say (SPEC 23.1.3, 23.1.4).
#pragma once

#include "bench/swarm/options.hpp"
#include "security/signing_key.hpp"

#include <string>
#include <vector>

namespace mpac::bench::swarm {

/// Whose name is in each message of a participant with this number: the same in all sessions.
std::string principal_of(std::uint32_t participant);

/// One for each number of a participant, whichever session it is in. Immutable, for all threads at once.
class identities {
public:
  /// Reads the keys of `--sign`; none without it. Throws std::runtime_error naming the file that is wrong.
  explicit identities(const options& asked);

  /// The member of a HELLO's payload, with a comma before it; empty in the open profile.
  [[nodiscard]] std::string credential(std::uint32_t participant) const;
  /// Puts the participant's signature into a letter, if there is a key.
  void sign(std::uint32_t participant, std::string& letter) const;

private:
  std::string api_key_;
  std::vector<security::signing_key> keys_;
};

} // namespace mpac::bench::swarm
