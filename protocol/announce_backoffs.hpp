// Who has to wait before announcing a scope again that a resolution refused (SPEC 15.3.1).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "protocol/scope.hpp"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// One refused scope of one principal.
struct announce_backoff {
  protocol::scope scope;
  std::uint32_t refusals = 1; ///< in a row, this one included (O-082)
  base::instant refused_at{};
  base::instant until{};     ///< announces of it before then are refused
  base::instant forget_at{}; ///< the next refusal after then is a first one again
};

/// How many refused scopes are remembered of one principal; the oldest is forgotten first.
inline constexpr std::size_t backoffs_per_principal = 16;

/// Refused scopes by principal. Scopes are the same where they certainly overlap (O-082); guesses hold nobody back.
class announce_backoffs {
public:
  [[nodiscard]] bool empty() const noexcept { return refused_.empty(); }
  /// What holds `who` back from `wanted` for longest; null if nothing does.
  [[nodiscard]] const announce_backoff* against(const principal_id& who, const scope& wanted, base::instant now) const;
  /// How many refusals in a row of `wanted` are remembered.
  [[nodiscard]] std::uint32_t refusals(const principal_id& who, const scope& wanted, base::instant now) const;
  /// Whether anything would be forgotten by `forget`.
  [[nodiscard]] bool knows(const principal_id& who, const scope& ended, base::instant began) const;

  void start(const principal_id& who, announce_backoff refused);
  /// An intent on `ended` that began after the wait was over has ended otherwise than by a resolution (O-082).
  void forget(const principal_id& who, const scope& ended, base::instant began);

  using by_principal = std::unordered_map<principal_id, std::vector<announce_backoff>>; // each oldest first
  [[nodiscard]] const by_principal& all() const noexcept { return refused_; }
  /// What is remembered of one principal, as `all` told it.
  void remember(const principal_id& who, std::vector<announce_backoff> refused) {
    refused_.insert_or_assign(who, std::move(refused));
  }

private:
  by_principal refused_;
};

} // namespace mpac::protocol
