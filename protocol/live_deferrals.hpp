// Who has seen others at work on a scope and stepped back (SPEC 15.5.1), found by whom and what they observe.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "protocol/scope.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// SPEC 15.5.1. No intent: it locks nothing and has no states.
struct deferral_record {
  protocol::deferral_id deferral_id;
  protocol::principal_id principal_id;  ///< who deferred
  std::optional<protocol::scope> scope; ///< what they would have claimed
  std::optional<std::string> reason;
  std::vector<intent_id> observed_intent_ids;
  std::vector<protocol::principal_id> observed_principals;
  std::unordered_set<intent_id> still_open; ///< of observed_intent_ids: those that have not ended
  base::instant expires_at = base::never;
};

/// How many deferrals one principal may have at once.
inline constexpr std::size_t deferrals_per_principal = 32;
/// How many intents, and how many principals, one deferral may observe.
inline constexpr std::size_t most_observed = 64;

/// The deferrals that are neither resolved nor expired. The end of an intent costs as much as there are deferrals that
/// observe it or its owner, however many others there are.
class live_deferrals {
public:
  using key = std::pair<principal_id, deferral_id>; // O-097
  using listing = std::vector<const deferral_record*>;

  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  [[nodiscard]] const deferral_record* find(const principal_id& who, const deferral_id& id) const;
  // Each in the order of principals and ids.
  [[nodiscard]] listing of(const principal_id& who) const;
  /// Those that list the intent.
  [[nodiscard]] listing observing(const intent_id& intent) const;
  /// Those that list the principal, among the principals or, by mistake, among the intents (15.5.1-10).
  [[nodiscard]] listing observing(const principal_id& principal) const;
  [[nodiscard]] listing all() const;
  /// When the next one expires; `base::never` if none does.
  [[nodiscard]] base::instant next_expiry() const;
  /// Those whose time is over, earliest first.
  [[nodiscard]] listing expired(base::instant now) const;

  /// Adds one, or takes it in the place of the one of the same principal and id.
  void put(deferral_record record);
  void remove(const principal_id& who, const deferral_id& id);
  /// An intent has ended: nobody waits for it any more.
  void intent_over(const intent_id& intent);

private:
  /// By the names that are observed, whether an intent's or a principal's: the two are mixed up easily.
  using names = std::unordered_map<std::string, std::set<key>>;
  [[nodiscard]] listing under(const names& index, const std::string& name) const;
  void unlink(const deferral_record& record);

  std::map<key, deferral_record> records_;
  names by_intent_, by_principal_;
  std::set<std::pair<base::instant, key>> expiries_;
};

} // namespace mpac::protocol
