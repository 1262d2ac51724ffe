// check_overlap, defer_intent and take_over_task: what others hold, and waiting for it or inheriting it (SPEC 15.5.1,
// 14.7.4).
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"

#include <chrono>
#include <utility>

namespace mpac::client::mcp {
namespace {

using boost::asio::awaitable;

constexpr double usual_wait = 40; // seconds: less than clients usually wait for a call
constexpr double longest_wait = 300;
constexpr double longest_deferral = 24.0 * 3600;

awaitable<tool_result> check_overlap(bridge& in, arguments with) {
  auto scope = scope_in(with);
  if (!scope)
    co_return failure(std::move(scope.error()));
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto holders = in.view().others_on(*scope);
  auto text = (holders.empty() ? "Free: nobody else is on " : "Held: others are on ") + told(*scope) + "." +
              told_lines(holders, in.view());
  co_return answered(in, std::move(text),
                     holders.empty() ? "call begin_task for it before you change anything; others may be faster."
                                     : "choose what is free, wait_for_event until the others are done, or call "
                                       "defer_intent to let them know that you wait.",
                     {{"status", holders.empty() ? "free" : "held"}, {"holders", as_json(holders)}});
}

awaitable<tool_result> defer_intent(bridge& in, arguments with) {
  auto scope = scope_in(with);
  if (!scope)
    co_return failure(std::move(scope.error()));
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto holders = in.view().others_on(*scope);
  if (holders.empty())
    co_return failure("Nobody else is on " + told(*scope) + ": there is nothing to wait for. Call begin_task.");
  protocol::intent_deferred said;
  said.deferral_id = protocol::deferral_id(participant::fresh_id("deferral-"));
  said.scope = *scope;
  said.reason = with.text_or_empty("reason");
  said.ttl_sec = with.number("ttl_seconds");
  said.observed_intent_ids.emplace();
  for (const auto* each : holders)
    said.observed_intent_ids->push_back(each->intent_id);
  auto text = "Deferred: the others know that you wait for " + told(*scope) +
              ". You wait for:" + told_lines(holders, in.view());
  auto waits_for = as_json(holders);
  const auto deferring = [&said](participant& by) { return by.defer(said); };
  auto deferred = co_await in.ask<protocol::intent_deferred>(repeat::freely, deferring);
  if (!deferred)
    co_return failure(std::move(deferred.error().told));
  co_return answered(in, std::move(text),
                     "wait_for_event until their tasks end (INTENT_WITHDRAW or INTENT_DEFERRED), then call begin_task.",
                     {{"deferral", said.deferral_id.str()},
                      {"expires_at", deferred->expires_at.value_or("")},
                      {"waits_for", std::move(waits_for)}});
}

tool_result told_claim(const bridge& in, const std::string& task, const pending_claim& made) {
  if (!made.outcome)
    return answered(in,
                    "Your claim on task " + in_quotes(task) +
                        " waits to be decided: by the session's owner or arbiter, or when its grace period is over.",
                    "call take_over_task with the same task again to go on waiting; do not write meanwhile.",
                    {{"status", "waiting"}, {"claimed_task", task}});
  if (!*made.outcome)
    return failure(told(made.outcome->error()));
  const auto& decided = **made.outcome;
  const bool is_mine = decided.decision.is(protocol::claim_decision::approved);
  auto text = "Your claim on task " + in_quotes(task) + " is decided: " + in_quotes(decided.decision.text()) +
              (decided.reason ? ", reason " + in_quotes(*decided.reason) : std::string()) + ".";
  json::object structure{{"status", is_mine ? "taken_over" : "not_taken_over"},
                         {"claimed_task", task},
                         {"decision", decided.decision.text()}};
  if (!is_mine)
    return answered(in, std::move(text), "leave that task alone; call who_is_working for other work.",
                    std::move(structure));
  structure["task"] = decided.new_intent_id.value_or(made.new_task).str();
  text += " It is yours now, as task " + in_quotes(std::string_view(structure["task"].as_string())) + ".";
  return answered(in, std::move(text), "read_file what it covers: its owner may have left it half done.",
                  std::move(structure));
}

awaitable<tool_result> take_over_task(bridge& in, arguments with, std::shared_ptr<const open_call> by) {
  const auto handle = with.text_or_empty("task");
  const auto wait = with.number("wait_seconds").value_or(usual_wait);
  const auto until =
      bridge::clock::now() + std::chrono::duration_cast<bridge::clock::duration>(std::chrono::duration<double>(wait));
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  protocol::intent_claim said;
  said.original_intent_id = protocol::intent_id(handle);
  if (const auto known = in.view().intents().find(said.original_intent_id); known != in.view().intents().end()) {
    const auto& task = known->second;
    if (task.principal_id == in.me())
      co_return failure("argument 'task': " + in_quotes(handle) + " is your own. Just go on with it.");
    if (!task.is_suspended)
      co_return failure(
          "Task " + in_quotes(handle) + " is not abandoned: " + in_quotes(task.principal_id.str()) +
          " is at work on it. Nothing was done. Only a task whose owner is gone can be taken over; to "
          "have this one given up, talk to its owner by a conflict (escalate_conflict), or wait_for_event.");
    said.original_principal_id = task.principal_id;
    said.objective = with.text("objective").value_or(task.objective);
    said.scope = task.scope;
  } else if (!in.has_claim(said.original_intent_id)) {
    co_return failure("argument 'task': " + in_quotes(handle) +
                      " is not an open task. Nothing was done. who_is_working shows which are suspended.");
  }
  said.justification = with.text("justification");
  auto claimed = co_await in.claim(std::move(said));
  if (!claimed)
    co_return failure(std::move(claimed.error().told));
  const auto claim = *claimed;
  while (!claim->outcome && !by->is_cancelled && bridge::clock::now() < until)
    co_await in.until_something_happens(until);
  if (claim->outcome && !by->is_cancelled)
    in.forget_claim(protocol::intent_id(handle));
  co_return told_claim(in, handle, *claim);
}

} // namespace

std::vector<tool> overlap_tools() {
  return {
      {.name = "check_overlap",
       .title = "Check for overlap",
       .description =
           "Tells who holds any of these files, without announcing anything. Use it to plan; call begin_task "
           "when you have decided, for only that holds them for you.",
       .takes = scope_arguments(),
       .output =
           answer_schema({{"status", schema::one_of({"free", "held"})}, {"holders", schema::list_of(intent_schema())}}),
       .hints = {.is_read_only = true, .is_idempotent = true},
       .act = check_overlap},
      {.name = "defer_intent",
       .title = "Wait for others",
       .description = "Tells the others that you want to work on what they hold, and wait until they are done, instead "
                      "of disputing it. It holds nothing for you: call begin_task when their tasks have ended.",
       .takes =
           with_scope({{.name = "reason", .description = "Why you want it, and why you wait.", .is_required = true},
                       {.name = "ttl_seconds",
                        .kind = argument_kind::number,
                        .description = "How long you wait at most. Left out: the session's default.",
                        .minimum = 1,
                        .maximum = longest_deferral}}),
       .output = answer_schema({{"deferral", schema::text()},
                                {"expires_at", schema::text("RFC 3339; empty where it is not known")},
                                {"waits_for", schema::list_of(intent_schema())}}),
       .hints = {},
       .act = defer_intent},
      {.name = "take_over_task",
       .title = "Take over an abandoned task",
       .description =
           "Claims the task of a participant who is gone (who_is_working shows it as suspended). Somebody "
           "with authority may have to agree, or a grace period has to pass: call it again with the same task "
           "to go on waiting. The task becomes yours under a new handle.",
       .takes = {{.name = "task", .description = "The handle of the suspended task.", .is_required = true},
                 {.name = "justification", .description = "Why you take it over, for whoever decides."},
                 {.name = "objective", .description = "What you will do. Left out: what its owner meant to do."},
                 {.name = "wait_seconds",
                  .kind = argument_kind::number,
                  .description = "How long to wait for the decision before answering; 40 when it is left out.",
                  .minimum = 0,
                  .maximum = longest_wait}},
       .output = answer_schema({{"status", schema::one_of({"waiting", "taken_over", "not_taken_over"})},
                                {"claimed_task", schema::text()},
                                {"task", schema::text("The new handle")},
                                {"decision", schema::text()}},
                               {"task", "decision"}),
       .hints = {},
       .act = take_over_task},
  };
}

} // namespace mpac::client::mcp
