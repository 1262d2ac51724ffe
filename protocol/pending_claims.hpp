// The claims on suspended intents that nobody has decided yet (SPEC 14.7.4), found by id, by intent, by claimant and by
// when policy alone approves them.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "protocol/messages/intent_words.hpp"
#include "protocol/scope.hpp"
#include "protocol/wire/frame.hpp"

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

/// What a pending claim waits for.
enum class claim_wait : std::uint8_t {
  grace,    ///< the end of the grace period (SPEC 14.7.4)
  approver, ///< an available owner or arbiter, to whom the approval is attributed
  word,     ///< one of them saying so (O-069, O-070)
};

/// SPEC 14.7.4.
struct claim_record {
  protocol::claim_id claim_id;
  intent_id original_intent_id;
  principal_id original_principal_id;
  intent_id new_intent_id;
  principal_id claimant;
  std::string objective;
  protocol::scope scope;
  std::optional<std::string> justification;
  frame_ptr frame; ///< as it came, relayed once it is approved; gone when decided
  base::instant submitted_at{};
  claim_wait waits_for = claim_wait::grace;
  base::instant approve_at = base::never; ///< when policy approves it, if nothing happens before
  std::uint64_t order = 0;                ///< rises with each claim of the session
  // Once it is decided.
  std::optional<claim_decision> decision;
  std::optional<principal_id> approved_by;
  std::optional<std::string> reason;
};

/// At most one claim for each suspended intent: the first (14.7.4-10).
class pending_claims {
public:
  using listing = std::vector<const claim_record*>;

  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] const claim_record* find(const claim_id& id) const;
  [[nodiscard]] const claim_record* on(const intent_id& original) const;
  /// Whether some claim would give this id to its replacement.
  [[nodiscard]] bool wants(const intent_id& new_intent) const { return wanted_.contains(new_intent); }
  // Each oldest first.
  [[nodiscard]] listing of(const principal_id& claimant) const;
  [[nodiscard]] listing waiting_for_approver() const;
  [[nodiscard]] listing all() const;
  /// When policy approves the next one; `base::never` if none is due.
  [[nodiscard]] base::instant next_approval() const;
  /// The one that was due first; there has to be one.
  [[nodiscard]] const claim_record& first_due() const;

  void add(claim_record record);
  void reschedule(const claim_id& id, claim_wait waits_for, base::instant approve_at);
  claim_record take(const claim_id& id);

private:
  using places = std::map<std::uint64_t, const claim_record*>;
  void link(const claim_record& record);
  void unlink(const claim_record& record);
  [[nodiscard]] static listing in_order(const places& some);

  std::unordered_map<claim_id, claim_record> records_; // whose nodes stay where they are
  std::unordered_map<intent_id, const claim_record*> by_original_;
  std::unordered_set<intent_id> wanted_;
  std::unordered_map<principal_id, places> by_claimant_;
  places waiting_for_approver_;
  std::map<std::pair<base::instant, std::uint64_t>, const claim_record*> due_;
};

} // namespace mpac::protocol
