// The steps of a claim on a suspended intent (SPEC 14.7.4), shared by the rules that take one and what ends one.
#pragma once

#include "protocol/rules/draft.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol::rules {

/// To whom an approval by policy is attributed: the first available owner or arbiter other than the claimant, in the
/// order of their HELLOs. In the core profile nobody needs to be named; under another the coordinator answers for it
/// where policy approves without a person.
[[nodiscard]] std::optional<principal_id> approver_of(const claim_record& claim, const draft& out);

/// Carries a claim out, or rejects it where it can't be carried out any more (O-072).
void approve_claim(const claim_record& claim, const std::optional<principal_id>& by, draft& out);

/// `decider` hears it too.
void reject_claim(const claim_record& claim, std::string reason, draft& out,
                  const std::optional<principal_id>& decider = {});

/// Says that a claim is on hold, and why: those who may object or decide have to know of it.
void tell_claim_waits(const claim_record& claim, std::string_view why, draft& out);

} // namespace mpac::protocol::rules
