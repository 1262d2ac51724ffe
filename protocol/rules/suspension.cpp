// Intents whose owner is away or can't work, and their return (SPEC 14.7.2, 14.4, 14.3.1).
#include "protocol/rules/rules.hpp"
#include "protocol/wire/policy_json.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <array>

namespace mpac::protocol::rules {
namespace {

/// What each cause is called: the row of SPEC 15.6.1 it takes, and the words clients read in the notices.
struct cause_words {
  suspension_cause cause;
  intent_event begins;
  std::string_view begun, ended;
  std::string_view claim_withdrawn; ///< why a pending claim is, when it ends (SPEC 14.7.4)
};

constexpr std::array causes{
    cause_words{suspension_cause::owner_unavailable, intent_event::owner_unavailable, "owner_unavailable",
                "owner_returned", "original_owner_rejoined"},
    cause_words{suspension_cause::owner_left, intent_event::owner_left_to_transfer, "owner_left_to_transfer",
                "owner_returned", "original_owner_rejoined"},
    cause_words{suspension_cause::backend, intent_event::owner_unavailable, "backend_unavailable", "backend_restored",
                "original_backend_restored"},
};

const cause_words& row_of(suspension_cause cause) {
  return causes[static_cast<std::size_t>(cause)];
}

/// Clients of the protocol see a change of state as an update in the coordinator's name (SPEC 14.7.2).
void tell_state(const intent_record& intent, intent_state to, std::string_view cause, draft& out) {
  intent_update update;
  update.intent_id = intent.intent_id;
  update.objective = shortened(intent.objective, longest_description);
  out.tell(audience::all(), std::move(update), json_object({{"intent_state", to_string(to)}, {"cause", cause}}));
}

} // namespace

void suspend_intent(const intent_record& intent, suspension_cause why, draft& out) {
  const auto to = next(intent.state, row_of(why).begins);
  if (!to || out.is_ending(intent.intent_id))
    return;
  out.note(intent_moved{intent.intent_id, *to, {}, why});
  tell_state(intent, *to, row_of(why).begun, out);
  freeze_operations_under(intent, out);
}

void restore_intent(const intent_record& intent, suspension_cause ended, draft& out) {
  const auto to = next(intent.state, intent_event::owner_returned);
  if (!to || intent.suspension_cause != ended || out.is_ending(intent.intent_id))
    return;
  out.note(intent_moved{intent.intent_id, *to, {}});
  withdraw_claim_on(intent, row_of(ended).claim_withdrawn, out);
  tell_state(intent, *to, row_of(ended).ended, out);
  thaw_operations_under(intent, out);
}

void restore_after_absence(const intent_record& intent, draft& out) {
  for (const auto cause : {suspension_cause::owner_unavailable, suspension_cause::owner_left})
    restore_intent(intent, cause, out);
  if (!out.policy().liveness.backend_health_policy.enabled) // it was, and nobody will report recovery any more
    restore_intent(intent, suspension_cause::backend, out);
}

void lift_backend_suspensions(draft& out) {
  for (const auto& who : out.facts().people())
    if (who.is_available)
      for (const auto* intent : out.facts().intents().of(who.principal_id))
        restore_intent(*intent, suspension_cause::backend, out);
}

} // namespace mpac::protocol::rules
