// begin_task, update_intent and yield_task: one's own intents from announce to withdrawal (SPEC 15.3 to 15.5).
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"

#include <utility>

namespace mpac::client::mcp {
namespace {

using boost::asio::awaitable;

constexpr double longest_life = 365.0 * 24 * 3600;

constexpr std::string_view advice_when_disputed =
    "do not write to what is disputed. Acknowledge the conflict (ack_conflict), then either give way (yield_task, or "
    "update_intent to what is free) and wait_for_event until the other task ends, or have it decided: "
    "escalate_conflict to an owner or arbiter, or resolve_conflict if you have that authority.";

argument objective_argument(bool is_required) {
  return {.name = "objective",
          .description = "What you are about to do and why, in a sentence that the other participants understand.",
          .is_required = is_required};
}

argument ttl_argument() {
  return {.name = "ttl_seconds",
          .kind = argument_kind::number,
          .description = "When the task ends by itself. Left out: the session's default.",
          .minimum = 1,
          .maximum = longest_life};
}

/// How a task of one's own stands after it was announced or changed.
tool_result standing(const bridge& in, const protocol::intent_id& task, const protocol::scope& on, std::string begun) {
  const auto& view = in.view();
  const auto holders = view.others_on(on);
  const auto conflicts = conflicts_about(view, task);
  const bool is_clear = holders.empty() && contested(conflicts, view).empty();
  auto text = std::move(begun);
  if (is_clear)
    text += " Nobody else is on it.";
  if (!holders.empty())
    text += "\nOthers are on the same:" + told_lines(holders, view);
  if (!conflicts.empty())
    text += "\nConflicts that are open about it:" + told_lines(conflicts, view);
  return answered(in, std::move(text),
                  is_clear
                      ? "read_file what you want to change, submit_change with this task, and yield_task as soon as "
                        "you are done."
                      : advice_when_disputed,
                  {{"status", is_clear ? "clear" : "conflict"},
                   {"task", task.str()},
                   {"holders", as_json(holders)},
                   {"conflicts", as_json(conflicts)}});
}

/// Not announced, or not changed: what there is in the way.
tool_result blocked(const bridge& in, const protocol::scope& on, const trouble& why) {
  const auto& view = in.view();
  const auto holders = view.others_on(on);
  const bool is_about_others =
      why.why && (why.why->is(protocol::error_code::stale_intent) || why.why->why == obstacle::coordinator_silent);
  if (!is_about_others || holders.empty())
    return failure(why.told);
  auto made = answered(in, why.told + "\nWho holds it:" + told_lines(holders, view),
                       "wait_for_event until that task ends, choose other files, or call defer_intent.",
                       {{"status", "held"}, {"holders", as_json(holders)}, {"conflicts", json::array{}}});
  made.is_failure = true;
  return made;
}

json::object standing_schema() {
  return answer_schema({{"status", schema::one_of({"clear", "conflict", "held"})},
                        {"task", schema::text("The handle of the task: later calls name it")},
                        {"holders", schema::list_of(intent_schema())},
                        {"conflicts", schema::list_of(conflict_schema())}},
                       {"task"});
}

awaitable<tool_result> begin_task(bridge& in, arguments with) {
  auto scope = scope_in(with);
  if (!scope)
    co_return failure(std::move(scope.error()));
  protocol::intent_announce said;
  said.intent_id = protocol::intent_id(participant::fresh_id("intent-"));
  said.objective = with.text_or_empty("objective");
  said.scope = *scope;
  said.assumptions = with.texts("assumptions").value_or(std::vector<std::string>{});
  said.ttl_sec = with.number("ttl_seconds");
  if (const auto priority = with.text("priority"))
    said.priority = protocol::word<protocol::priority>(*priority);
  const auto announcing = [&said](participant& by) { return by.announce(said); };
  auto announced = co_await in.ask<receipt>(repeat::never, announcing);
  if (!announced)
    co_return blocked(in, *scope, announced.error());
  auto looked = co_await in.look(); // behind the coordinator's reports
  auto made = standing(in, said.intent_id, *scope,
                       "Announced: task " + in_quotes(said.intent_id.str()) + " holds " + told(*scope) + ".");
  if (!looked)
    made.texts.push_back("Conflicts may be missing here: " + looked.error().told);
  co_return made;
}

awaitable<tool_result> update_intent(bridge& in, arguments with) {
  auto here = co_await in.look();
  if (!here)
    co_return failure(std::move(here.error().told));
  const auto task = own_task(in, with.text_or_empty("task"));
  if (!task)
    co_return failure(task.error());
  protocol::intent_update said;
  said.intent_id = (*task)->intent_id;
  said.objective = with.text("objective");
  said.ttl_sec = with.number("ttl_seconds");
  auto scope = (*task)->scope;
  if (has_scope(with)) {
    auto wanted = scope_in(with);
    if (!wanted)
      co_return failure(std::move(wanted.error()));
    said.scope = scope = std::move(*wanted);
  }
  if (!said.objective && !said.scope && !said.ttl_sec)
    co_return failure("argument 'objective' is missing: nothing is to be changed. Give objective, ttl_seconds, or what "
                      "the task shall cover (files, pattern, task_ids, entities).");
  const auto updating = [&said](participant& by) { return by.update(said); };
  auto updated = co_await in.ask<receipt>(repeat::freely, updating);
  if (!updated)
    co_return blocked(in, scope, updated.error());
  auto looked = co_await in.look();
  auto made = standing(in, said.intent_id, scope,
                       "Changed: task " + in_quotes(said.intent_id.str()) + " holds " + told(scope) + ".");
  if (!looked)
    made.texts.push_back("Conflicts may be missing here: " + looked.error().told);
  co_return made;
}

awaitable<tool_result> yield_task(bridge& in, arguments with) {
  auto here = co_await in.look();
  if (!here)
    co_return failure(std::move(here.error().told));
  const auto task = own_task(in, with.text_or_empty("task"));
  if (!task)
    co_return failure(task.error());
  const bool gives_way = with.text("outcome") == "yielded";
  protocol::intent_withdraw said;
  said.intent_id = (*task)->intent_id;
  said.reason = gives_way ? "yielded" : "task_completed";
  if (const auto note = with.text("note"))
    *said.reason += ": " + *note;
  const auto freed = told((*task)->scope);
  const auto withdrawing = [&said](participant& by) { return by.withdraw(said); };
  auto withdrawn = co_await in.ask<receipt>(repeat::never, withdrawing);
  if (!withdrawn)
    co_return failure(std::move(withdrawn.error().told));
  auto looked = co_await in.look();
  const auto left = in.view().my_conflicts();
  auto text = "Ended: task " + in_quotes(said.intent_id.str()) + "; " + freed + " is free for others.";
  if (!left.empty())
    text += "\nConflicts of yours that are still open:" + told_lines(left, in.view());
  co_return answered(in, std::move(text),
                     gives_way ? "wait_for_event tells when the others are done; then call begin_task again."
                               : "call begin_task before the next change.",
                     {{"task", said.intent_id.str()}, {"conflicts", as_json(left)}});
}

} // namespace

std::vector<tool> task_tools() {
  return {
      {.name = "begin_task",
       .title = "Begin a task",
       .description =
           "Announces what you are about to change, before you change it, and answers with who else is on the same and "
           "which conflicts that makes. Call it before any submit_change. It gives you a task handle that later calls "
           "name. If it answers \"conflict\" or \"held\", do not write: settle it first, or choose other files.",
       .takes = with_scope(
           {objective_argument(true),
            {.name = "assumptions",
             .kind = argument_kind::texts,
             .description = "What you rely on staying as it is, so that others can object."},
            {.name = "priority", .description = "How urgent it is.", .choices = {"low", "normal", "high", "critical"}},
            ttl_argument()}),
       .output = standing_schema(),
       .hints = {},
       .act = begin_task},
      {.name = "update_intent",
       .title = "Change a task",
       .description = "Changes the objective of one of your tasks, what it covers, or when it ends. Give up files that "
                      "you do not need any more, and take in further ones before you touch them.",
       .takes = with_scope({task_argument(), objective_argument(false), ttl_argument()}),
       .output = standing_schema(),
       .hints = {.is_idempotent = true},
       .act = update_intent},
      {.name = "yield_task",
       .title = "End or give up a task",
       .description =
           "Ends one of your tasks and frees what it holds: call it as soon as the work is done, and also to "
           "give way to somebody else in a conflict. What you have submitted stays.",
       .takes = {task_argument(),
                 {.name = "outcome",
                  .description =
                      "completed: the work is done (what is meant when it is left out). yielded: you give way.",
                  .choices = {"completed", "yielded"}},
                 {.name = "note", .description = "A few words for the others."}},
       .output = answer_schema({{"task", schema::text()}, {"conflicts", schema::list_of(conflict_schema())}}),
       .hints = {},
       .act = yield_task},
  };
}

} // namespace mpac::client::mcp
