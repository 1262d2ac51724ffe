// The messages of the intent layer (SPEC 15, 14.7.4).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/messages/intent_words.hpp"
#include "protocol/scope.hpp"
#include "protocol/word.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// SPEC 15.3. `ttl_sec` is seconds, fractions allowed.
struct intent_announce {
  protocol::intent_id intent_id;
  std::string objective;
  protocol::scope scope;
  std::vector<std::string> assumptions;
  std::optional<word<protocol::priority>> priority;
  std::optional<double> ttl_sec;
  std::optional<protocol::intent_id> parent_intent_id;
  std::optional<protocol::intent_id> supersedes_intent_id;

  friend bool operator==(const intent_announce&, const intent_announce&) = default;
};

/// SPEC 15.4.
struct intent_update {
  protocol::intent_id intent_id;
  std::optional<std::string> objective;
  std::optional<protocol::scope> scope;
  std::optional<std::vector<std::string>> assumptions;
  std::optional<double> ttl_sec;

  friend bool operator==(const intent_update&, const intent_update&) = default;
};

/// SPEC 15.5.
struct intent_withdraw {
  protocol::intent_id intent_id;
  std::optional<std::string> reason;

  friend bool operator==(const intent_withdraw&, const intent_withdraw&) = default;
};

/// SPEC 15.5.1: the active form, or the coordinator's resolution form when `status` is there (O-022).
struct intent_deferred {
  protocol::deferral_id deferral_id;
  std::optional<protocol::principal_id> principal_id;
  std::optional<protocol::scope> scope;
  std::optional<std::string> reason;
  std::optional<std::vector<protocol::intent_id>> observed_intent_ids;
  std::optional<std::vector<protocol::principal_id>> observed_principals;
  std::optional<double> ttl_sec;
  std::optional<std::string> expires_at;
  std::optional<word<deferral_status>> status;
  std::optional<std::string> category; ///< not of the specification: existing clients send it

  friend bool operator==(const intent_deferred&, const intent_deferred&) = default;
};

/// SPEC 14.7.4.
struct intent_claim {
  protocol::claim_id claim_id;
  intent_id original_intent_id;
  principal_id original_principal_id;
  intent_id new_intent_id;
  std::string objective;
  protocol::scope scope;
  std::optional<std::string> justification;

  friend bool operator==(const intent_claim&, const intent_claim&) = default;
};

/// SPEC 14.7.4.1.
struct intent_claim_status {
  protocol::claim_id claim_id;
  intent_id original_intent_id;
  std::optional<intent_id> new_intent_id;
  word<claim_decision> decision;
  std::optional<std::string> reason;
  std::optional<principal_id> approved_by;

  friend bool operator==(const intent_claim_status&, const intent_claim_status&) = default;
};

} // namespace mpac::protocol
