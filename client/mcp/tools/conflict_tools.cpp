// ack_conflict, escalate_conflict and resolve_conflict: disputes until they are settled (SPEC 17, 18).
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mpac::client::mcp {
namespace {

using boost::asio::awaitable;

argument conflict_argument() {
  return {.name = "conflict",
          .description = "The handle of an open conflict, as begin_task, submit_change or who_is_working show it.",
          .is_required = true};
}

/// The error says which there are.
base::result<const known_conflict*, std::string> open_conflict(const bridge& in, const std::string& handle) {
  const auto& all = in.view().conflicts();
  if (const auto found = all.find(protocol::conflict_id(handle)); found != all.end())
    return &found->second;
  std::vector<const known_conflict*> open;
  for (const auto& [id, each] : all)
    open.push_back(&each);
  return base::fail("argument 'conflict': " + in_quotes(handle) + " is not open; it may be settled already. " +
                    (open.empty() ? "No conflict is open." : "Open conflicts:" + told_lines(open, in.view())));
}

awaitable<tool_result> ack_conflict(bridge& in, arguments with) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto conflict = open_conflict(in, with.text_or_empty("conflict"));
  if (!conflict)
    co_return failure(conflict.error());
  protocol::conflict_ack said;
  said.conflict_id = (*conflict)->conflict_id;
  said.ack_type = protocol::word<protocol::ack_type>(with.text_or_empty("ack_type"));
  const auto acknowledging = [&said](participant& by) { return by.acknowledge(said); };
  auto done = co_await in.ask<receipt>(repeat::freely, acknowledging);
  if (!done)
    co_return failure(std::move(done.error().told));
  const bool disputes = said.ack_type.is(protocol::ack_type::disputed);
  const bool accepts = said.ack_type.is(protocol::ack_type::accepted);
  co_return answered(in,
                     "Acknowledged: everybody knows that you have " +
                         std::string(accepts    ? "accepted"
                                     : disputes ? "disputed"
                                                : "seen") +
                         " conflict " + in_quotes(said.conflict_id.str()) + ". It is still open.",
                     accepts    ? "now give way: yield_task, or update_intent to what is free."
                     : disputes ? "say why by escalate_conflict, so that an owner or arbiter decides it; write nothing "
                                  "that is disputed meanwhile."
                                : "decide: give way (yield_task, update_intent), or escalate_conflict.",
                     {{"conflict", said.conflict_id.str()}, {"ack_type", said.ack_type.text()}});
}

/// Somebody with the authority to decide who is there and no party to it: arbiters first.
std::optional<protocol::principal_id> who_decides(const bridge& in, const known_conflict& conflict) {
  for (const std::string_view role : {"arbiter", "owner"})
    for (const auto& [id, each] : in.view().participants()) {
      const bool has_role = std::find(each.roles.begin(), each.roles.end(), role) != each.roles.end();
      const bool is_party =
          std::find(conflict.parties.begin(), conflict.parties.end(), id) != conflict.parties.end() || id == in.me();
      if (has_role && !is_party && each.is_available)
        return id;
    }
  return std::nullopt;
}

awaitable<tool_result> escalate_conflict(bridge& in, arguments with) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto conflict = open_conflict(in, with.text_or_empty("conflict"));
  if (!conflict)
    co_return failure(conflict.error());
  protocol::conflict_escalate said;
  said.conflict_id = (*conflict)->conflict_id;
  said.reason = with.text_or_empty("reason");
  said.context = with.text("context");
  if (const auto to = with.text("escalate_to")) {
    said.escalate_to = protocol::principal_id(*to);
  } else if (const auto found = who_decides(in, **conflict)) {
    said.escalate_to = *found;
  } else {
    co_return failure(
        "Nobody with the role owner or arbiter is here who is not a party to it. Nothing was done. Give way "
        "(yield_task, update_intent), name somebody as escalate_to, or ask your user to bring one in.");
  }
  const auto escalating = [&said](participant& by) { return by.escalate(said); };
  auto done = co_await in.ask<receipt>(repeat::freely, escalating);
  if (!done)
    co_return failure(std::move(done.error().told));
  co_return answered(in,
                     "Escalated: conflict " + in_quotes(said.conflict_id.str()) + " is for " +
                         in_quotes(said.escalate_to.str()) + " to decide.",
                     "wait_for_event until RESOLUTION; write nothing that is disputed meanwhile.",
                     {{"conflict", said.conflict_id.str()}, {"escalated_to", said.escalate_to.str()}});
}

awaitable<tool_result> resolve_conflict(bridge& in, arguments with) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto conflict = open_conflict(in, with.text_or_empty("conflict"));
  if (!conflict)
    co_return failure(conflict.error());
  protocol::resolution said;
  said.resolution_id = protocol::resolution_id(participant::fresh_id("resolution-"));
  said.conflict_id = (*conflict)->conflict_id;
  said.decision = protocol::word<protocol::decision_kind>(with.text_or_empty("decision"));
  said.rationale = with.text("rationale");
  protocol::outcome outcome;
  outcome.accepted = with.texts("accepted");
  outcome.rejected = with.texts("rejected");
  outcome.merged = with.texts("merged");
  if (outcome.accepted || outcome.rejected || outcome.merged)
    said.outcome = std::move(outcome);
  const auto resolving = [&said](participant& by) { return by.resolve(said); };
  auto done = co_await in.ask<receipt>(repeat::never, resolving);
  if (!done)
    co_return failure(std::move(done.error().told));
  (void)co_await in.look();
  const auto left = in.view().my_conflicts();
  auto text = "Resolved: conflict " + in_quotes(said.conflict_id.str()) + " is settled as " +
              in_quotes(said.decision.text()) + ".";
  if (!left.empty())
    text += "\nConflicts of yours that are still open:" + told_lines(left, in.view());
  co_return answered(in, std::move(text), "who_is_working shows what is left; the others have heard of it.",
                     {{"conflict", said.conflict_id.str()},
                      {"resolution", said.resolution_id->str()},
                      {"decision", said.decision.text()}});
}

} // namespace

std::vector<tool> conflict_tools() {
  using enum argument_kind;
  return {
      {.name = "ack_conflict",
       .title = "Acknowledge a conflict",
       .description =
           "Tells the others how you stand to a conflict that you are a party to. Do it as soon as you hear of "
           "one: silence keeps it from being settled.",
       .takes = {conflict_argument(),
                 {.name = "ack_type",
                  .description =
                      "seen: you know of it. accepted: it is real, and you will give way or adapt. disputed: "
                      "you do not think that it is one.",
                  .is_required = true,
                  .choices = {"seen", "accepted", "disputed"}}},
       .output = answer_schema({{"conflict", schema::text()}, {"ack_type", schema::text()}}),
       .hints = {.is_idempotent = true},
       .act = ack_conflict},
      {.name = "escalate_conflict",
       .title = "Escalate a conflict",
       .description =
           "Hands a conflict to somebody with authority to decide it, with your reason. Do it when you and the "
           "other party do not agree; do not just write.",
       .takes = {conflict_argument(),
                 {.name = "reason", .description = "Why it has to be decided, in a sentence.", .is_required = true},
                 {.name = "escalate_to",
                  .description = "The participant who shall decide. Left out: an arbiter or owner who is here and no "
                                 "party to it."},
                 {.name = "context", .description = "What whoever decides should know."}},
       .output = answer_schema({{"conflict", schema::text()}, {"escalated_to", schema::text()}}),
       .hints = {.is_idempotent = true},
       .act = escalate_conflict},
      {.name = "resolve_conflict",
       .title = "Resolve a conflict",
       .description =
           "Decides a conflict for everybody. Only for owners and arbiters, and for whom it was escalated to; "
           "ask your user before you decide about other people's work. What is rejected is stopped.",
       .takes = {conflict_argument(),
                 {.name = "decision",
                  .description =
                      "approved: what accepted lists goes on. rejected: what rejected lists stops. dismissed: "
                      "it is no conflict. merged: both go on, as merged lists. human_override and "
                      "policy_override: decided by a person or a rule.",
                  .is_required = true,
                  .choices = {"approved", "rejected", "dismissed", "human_override", "policy_override", "merged"}},
                 {.name = "rationale", .description = "Why, for everybody to read.", .is_required = true},
                 {.name = "accepted", .kind = texts, .description = "Tasks and operations that may go on."},
                 {.name = "rejected", .kind = texts, .description = "Tasks and operations that are to stop."},
                 {.name = "merged", .kind = texts, .description = "Tasks and operations that are to be merged."}},
       .output =
           answer_schema({{"conflict", schema::text()}, {"resolution", schema::text()}, {"decision", schema::text()}}),
       .hints = {.is_destructive = true},
       .act = resolve_conflict},
  };
}

} // namespace mpac::client::mcp
