#include "protocol/rules/operation_vetting.hpp"

#include "protocol/scope_path.hpp"
#include "protocol/workspace/state_ref_format.hpp"
#include "protocol/workspace/unicode_text.hpp"

namespace mpac::protocol::rules {
namespace {

bool takes_uncoordinated(const session_policy& policy) {
  return policy.compliance_profile == compliance_profile::core &&
         policy.unknown_intent_commit == unknown_intent_commit::flag;
}

/// Without an intent: the governance profile wants one announced first (SPEC 7.1).
standing standing_alone(const incoming& from, const draft& out) {
  const auto about = from.message.message_id;
  if (out.policy().compliance_profile != compliance_profile::core)
    return {nullptr, no(error_code::malformed_message, "payload.intent_id: required in this session's profile", about)};
  if (!takes_uncoordinated(out.policy()))
    return {nullptr,
            no(error_code::invalid_reference, "payload.intent_id: this session takes no uncoordinated commits", about)};
  return {};
}

/// A batch may be told this of each entry: what somebody made long is not said again in full.
std::string shown(const std::string& text) {
  constexpr std::size_t most = 256;
  return std::string(shortened(text, most));
}

/// Whether somebody has an intent, or had one as far as the session remembers.
bool has_announced(const participant_record& who, const session& facts) {
  if (facts.intents().count_of(who.principal_id) != 0)
    return true;
  bool found = false;
  facts.past_intents().for_each([&](const intent_record& past) { found |= past.principal_id == who.principal_id; });
  return found;
}

refusal no_live_intent(const intent_id& named, const incoming& from) {
  return no(error_code::invalid_reference, "payload.intent_id: '" + named.str() + "' is not a live intent",
            from.message.message_id);
}

refusal is_suspended(const intent_id& named, const incoming& from) { // SPEC 14.7.2
  return no(error_code::invalid_reference, "payload.intent_id: '" + named.str() + "' is SUSPENDED",
            from.message.message_id);
}

} // namespace

standing standing_of_commit(const std::optional<intent_id>& named, const incoming& from, const draft& out) {
  if (!named)
    return standing_alone(from, out);
  const auto* intent = out.facts().intents().find(*named);
  if (!intent) {
    // O-043: existing clients go on after a refusal, so core only flags it.
    if (!takes_uncoordinated(out.policy()))
      return {nullptr, no_live_intent(*named, from)};
    return {};
  }
  if (intent->principal_id != from.who->principal_id)
    return {nullptr, no(error_code::authorization_failed,
                        "payload.intent_id: '" + named->str() + "' belongs to '" + intent->principal_id.str() + "'",
                        from.message.message_id)};
  if (intent->state == intent_state::suspended)
    return {nullptr, is_suspended(*named, from)};
  return {intent, {}};
}

standing standing_of_proposal(const std::optional<intent_id>& named, const incoming& from, const draft& out) {
  if (!named)
    return standing_alone(from, out);
  if (const auto* intent = out.facts().intents().find(*named)) {
    if (intent->state == intent_state::suspended)
      return {nullptr, is_suspended(*named, from)};
    if (out.policy().compliance_profile != compliance_profile::core && !has_announced(*from.who, out.facts()))
      return {nullptr, no(error_code::authorization_failed,
                          "payload.intent_id: '" + named->str() + "' belongs to '" + intent->principal_id.str() +
                              "'; announce an intent of your own first (SPEC 7.1)",
                          from.message.message_id)};
    return {intent, {}};
  }
  if (const auto* past = out.facts().past_intents().find(*named))
    return {nullptr, {}, past};
  return {nullptr, no_live_intent(*named, from)}; // 16.6.1-01: a named intent is valid
}

std::optional<refusal> no_room(const incoming& from, const draft& out) {
  if (out.facts().proposals().count_of(from.who->principal_id) < pending_limit)
    return std::nullopt;
  return no(error_code::limit_reached,
            "'" + from.who->principal_id.str() + "' has " + std::to_string(pending_limit) + " operations pending",
            from.message.message_id);
}

std::optional<refusal> taken(const op_id& id, std::string_view member, const incoming& from, const draft& out) {
  const auto about = from.message.message_id;
  const auto* operation = out.facts().operation(id);
  const auto* user = operation ? &operation->principal_id : out.facts().batches().find(id);
  if (!user)
    return std::nullopt;
  if (*user != from.who->principal_id)
    return no(error_code::malformed_message,
              std::string(member) + ": '" + id.str() + "' was used by '" + user->str() + "'", about);
  if (operation && !is_settled(operation->state))
    return no(error_code::malformed_message,
              std::string(member) + ": '" + id.str() + "' is " + std::string(to_string(operation->state)) + " already",
              about);
  if (out.facts().proposals().holds_batch(id))
    return no(error_code::malformed_message, std::string(member) + ": '" + id.str() + "' is a batch that is pending",
              about);
  return std::nullopt;
}

std::optional<refusal> ended_for_good(const op_id& id, const incoming& from, const draft& out) {
  const auto* past = out.facts().past_operations().find(id);
  if (!past || (past->state != operation_state::rejected && past->state != operation_state::abandoned))
    return std::nullopt;
  return no(error_code::invalid_reference,
            "payload.op_id: '" + id.str() + "' is " + std::string(to_string(past->state)) + "; propose it anew",
            from.message.message_id);
}

std::optional<refusal> vet_target(const touch& what, const incoming& from, const draft& out) {
  if (const auto why = frozen_target(what.target, what.under, from.who->principal_id, out))
    return no(error_code::scope_frozen, "payload: " + *why, from.message.message_id);
  // SPEC 16.3: the state an operation starts from has to be the target's current one.
  if (what.current && what.before && *what.before != *what.current)
    return no(error_code::stale_state_ref,
              "payload.state_ref_before: '" + shown(what.target) + "' is at " + shown(*what.current) + ", not at " +
                  shown(*what.before) + "; read it again and rebase",
              from.message.message_id);
  return std::nullopt;
}

std::optional<refusal> vet_targets(const op_commit& said, const incoming& from, const draft& out) {
  const auto* pending = out.facts().proposals().find(said.op_id);
  const auto& under = pending && !said.intent_id ? pending->intent_id : said.intent_id;
  if (auto why =
          vet_target({said.target, said.state_ref_before, out.facts().target_ref(said.target), under}, from, out))
    return why;
  const std::optional<std::string> told_by_the_file; // whose own state the workspace compares
  for (const auto& [path, change] : said.file_changes)
    if (!same_target(path, said.target))
      if (auto why = vet_target({path, told_by_the_file, nullptr, under}, from, out))
        return why;
  return std::nullopt;
}

std::optional<refusal> vet_spelling(const std::optional<std::string>& before, const std::optional<std::string>& after,
                                    std::string_view member, const incoming& from, const draft& out) {
  if (!out.policy().strict)
    return std::nullopt;
  const auto& format = out.policy().state_ref_format;
  const auto judge = [&](std::string_view name, const std::optional<std::string>& ref) -> std::optional<refusal> {
    const auto looks = ref ? expected_state_ref(*ref, format) : std::nullopt;
    if (!looks)
      return std::nullopt;
    return no(error_code::malformed_message,
              std::string(member) + "." + std::string(name) + ": '" + *ref + "' is no " + format +
                  ", which looks like " + std::string(*looks) + "; \"absent\" is what does not exist",
              from.message.message_id);
  };
  if (auto why = judge("state_ref_before", before))
    return why;
  return judge("state_ref_after", after);
}

operation_record record_of(const op_id& id, const std::string& target, std::string op_kind,
                           const std::optional<intent_id>& named, const incoming& from, const intent_record* intent,
                           const draft& out) {
  operation_record operation;
  operation.op_id = id;
  operation.intent_id = named;
  operation.principal_id = from.who->principal_id;
  operation.target = target;
  operation.op_kind = std::move(op_kind);
  operation.created_at = out.now();
  operation.state = operation_state::none;
  operation.uncoordinated = !intent;
  operation.outside_scope = intent && covers_target(intent->scope, target, out.facts().registry()) == verdict::no;
  return operation;
}

} // namespace mpac::protocol::rules
