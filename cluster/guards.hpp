// The counters behind actors/safeguards.hpp: who has failed, who says too much, who has how many sessions (SPEC 23.4).
#pragma once

#include "actors/safeguards.hpp"
#include "security/attempt_limiter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mpac::cluster {

/// Failed attempts to prove an identity, by address. Thread-safe.
class failed_attempts final : public actors::attempt_guard {
public:
  explicit failed_attempts(security::attempt_terms terms) : limiter_(terms) {}

  [[nodiscard]] std::optional<base::duration> refused_for(std::string_view address, base::instant now) override;
  void failed(std::string_view address, base::instant now) override;
  void change(security::attempt_terms terms);

private:
  std::mutex guard_;
  security::attempt_limiter limiter_;
};

/// What each principal says, over all its connections: a token bucket each. Thread-safe; remembers those alone whose
/// bucket is not full.
class principal_pace final : public actors::pace_guard {
public:
  struct terms {
    double messages_per_sec = 0; ///< 0 = unlimited
    double burst = 100;
  };
  explicit principal_pace(terms how) : how_(how) {}

  [[nodiscard]] std::optional<base::duration> wait_of(const protocol::principal_id& who, base::instant now) override;
  void change(terms how);

private:
  struct bucket {
    double tokens = 0;
    base::instant refilled{};
  };
  struct shelf {
    std::mutex guard;
    std::unordered_map<protocol::principal_id, bucket> buckets;
    std::size_t look_again_at = 1024; ///< with so many, those that are full by now are dropped
  };
  [[nodiscard]] terms how();
  static void drop_full(shelf& from, const terms& how, base::instant now);

  std::mutex guard_;
  terms how_;
  std::array<shelf, 16> shelves_; // so that principals seldom wait for each other
};

/// Which sessions in memory are used on which tenant's account, or may be as soon as somebody is judged. Thread-safe.
class tenant_sessions final : public actors::tenant_guard {
public:
  explicit tenant_sessions(std::size_t limit); ///< 0 = any number

  /// A session that is used already needs no place of anybody's, and one that several of a tenant ask for needs one.
  [[nodiscard]] std::shared_ptr<actors::tenant_place> reserve(std::string_view tenant,
                                                              const protocol::session_id& session) override;
  /// The session has left memory, or failed: whoever still holds a place for it holds nothing.
  void left(const protocol::session_id& session);
  void change(std::size_t limit);

private:
  struct ledger;
  class place;

  std::shared_ptr<ledger> ledger_; // places may outlive the guard
};

} // namespace mpac::cluster
