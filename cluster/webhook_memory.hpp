// What the webhook accepted lately, so that it is not asked for every HELLO of a session that reconnects.
#pragma once

#include "protocol/identity.hpp"
#include "security/credential_verifier.hpp"
#include "security/digest.hpp"

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace mpac::cluster {

/// Remembers acceptances by a digest of all that was asked, made with a key of this process: no credential lies in
/// here. Refusals are not remembered; who sends many waits anyway. Thread-safe.
class webhook_memory {
public:
  explicit webhook_memory(std::size_t most = 10'000) : most_(most) {}

  [[nodiscard]] std::optional<protocol::verified_identity> recall(const security::credential_request& asked);
  /// What is asked from now on belongs to this generation.
  [[nodiscard]] std::uint64_t generation() const;
  /// For as long as told from the request on, but never longer than the identity lasts. The oldest makes room. What was
  /// asked before forget_all() is not remembered after it: its generation is over.
  void remember(const security::credential_request& asked, const protocol::verified_identity& proven,
                base::duration span, std::uint64_t generation);
  /// Begins a new generation.
  void forget_all();

  [[nodiscard]] std::size_t size() const;

private:
  struct entry {
    security::digest of;
    protocol::verified_identity proven;
    base::instant until;
  };
  using entries = std::list<entry>;

  [[nodiscard]] security::digest name_of(const security::credential_request& asked) const;
  void drop(entries::iterator which);

  const std::size_t most_;
  const std::string key_ = security::random_key();
  mutable std::mutex mutex_; // guards what follows
  std::uint64_t generation_ = 0;
  entries by_age_; // the oldest first
  std::unordered_map<security::digest, entries::iterator, security::digest_hash> by_name_;
};

} // namespace mpac::cluster
