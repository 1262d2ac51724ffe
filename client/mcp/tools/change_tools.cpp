// submit_change and propose_change: operations on files, under a task (SPEC 16).
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"
#include "protocol/workspace/state_ref.hpp"

#include <utility>

namespace mpac::client::mcp {
namespace {

using boost::asio::awaitable;

constexpr std::size_t longest_content = 16 * 1024 * 1024;
constexpr const char* changed_path =
    "The file, as list_files gives its path, or that of a new one. The task must cover it.";

/// The task, if it is one's own and covers the file; else why it may not be changed under it.
base::result<const known_intent*, std::string> task_for(const bridge& in, const arguments& with) {
  const auto path = with.text_or_empty("path");
  if (auto fault = fault_of_path(with))
    return base::fail(std::move(*fault));
  const auto task = own_task(in, with.text_or_empty("task"));
  if (!task)
    return base::fail(task.error());
  if (protocol::covers_target((*task)->scope, path) == protocol::verdict::no)
    return base::fail("Task " + in_quotes((*task)->intent_id.str()) + " does not cover " + in_quotes(path, 1024) +
                      ", but " + told((*task)->scope) +
                      ". Nothing was done. Announce it first: update_intent with all the files that the task shall "
                      "cover, or begin_task for this one.");
  return *task;
}

bool decides_before(const bridge& in) {
  return in.view().info() && in.view().info()->execution_model == "pre_commit";
}

json::object submitted_schema() {
  return answer_schema({{"path", schema::text()},
                        {"state_ref", schema::text("Names the content that is there now")},
                        {"operation", schema::text("The handle of the operation")},
                        {"task", schema::text()},
                        {"conflicts", schema::list_of(conflict_schema())}});
}

/// The current state_ref of a file, in words; empty if that is not known.
awaitable<std::string> where_it_stands(bridge& in, std::string path) {
  auto now = co_await in.read_file(path);
  std::string words;
  if (now)
    words = "\nIts state_ref is now " + now->state_ref + ".";
  co_return words;
}

awaitable<tool_result> submit_change(bridge& in, arguments with) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto task = task_for(in, with);
  if (!task)
    co_return failure(task.error());
  const auto path = with.text_or_empty("path");
  const auto content = with.text_or_empty("content");
  const auto before = with.text_or_empty("state_ref_before");
  const auto after = protocol::state_ref_of(content);
  if (before == after)
    co_return failure("The content is the same as that of state_ref_before: there is nothing to submit.");
  const bool was_proposed = with.has("operation");
  protocol::op_commit said;
  said.op_id = protocol::op_id(was_proposed ? with.text_or_empty("operation") : participant::fresh_id("op-"));
  said.intent_id = (*task)->intent_id;
  said.target = path;
  said.op_kind = before.empty() ? "create" : "replace";
  said.state_ref_before = before.empty() ? "absent" : before;
  said.state_ref_after = after;
  said.summary = with.text("summary");
  said.file_changes[path] = protocol::file_change{content, before};
  const bool needs_word = decides_before(in) && !was_proposed;
  const auto committing = [&said, needs_word](participant& by) {
    return needs_word ? by.propose_and_commit(said) : by.commit(said);
  };
  auto committed = co_await in.ask<receipt>(repeat::never, committing);
  if (!committed) {
    auto told_why = std::move(committed.error().told);
    if (committed.error().why && committed.error().why->is(protocol::error_code::stale_state_ref)) {
      const auto standing = co_await where_it_stands(in, path);
      told_why += standing;
    }
    co_return failure(std::move(told_why));
  }
  (void)co_await in.look(); // behind the coordinator's reports
  const auto conflicts = conflicts_about(in.view(), *said.intent_id);
  auto text = "Written: " + in_quotes(path, 1024) + ", state_ref now " + after + ".";
  if (!conflicts.empty())
    text += "\nConflicts that are open about this task:" + told_lines(conflicts, in.view());
  co_return answered(in, std::move(text),
                     contested(conflicts, in.view()).empty()
                         ? "submit the task's other changes, then yield_task. The next change of this file "
                           "starts from the new state_ref."
                         : "write nothing further before the conflict is settled: ack_conflict, then give "
                           "way or escalate_conflict.",
                     {{"path", path},
                      {"state_ref", after},
                      {"operation", said.op_id.str()},
                      {"task", said.intent_id->str()},
                      {"conflicts", as_json(conflicts)}});
}

awaitable<tool_result> propose_change(bridge& in, arguments with) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto task = task_for(in, with);
  if (!task)
    co_return failure(task.error());
  protocol::op_propose said;
  said.op_id = protocol::op_id(participant::fresh_id("op-"));
  said.intent_id = (*task)->intent_id;
  said.target = with.text_or_empty("path");
  said.op_kind = with.text("kind").value_or("replace");
  said.summary = with.text("summary");
  const auto proposing = [&said](participant& by) { return by.propose(said); };
  auto proposed = co_await in.ask<proposal_receipt>(repeat::never, proposing);
  if (!proposed)
    co_return failure(std::move(proposed.error().told));
  auto text = "Proposed: operation " + in_quotes(said.op_id.str()) + " on " + in_quotes(said.target, 1024) + "." +
              (proposed->authorised_by ? " It is authorised by " + in_quotes(proposed->authorised_by->str()) + "."
                                       : std::string(" Everybody has heard of it."));
  co_return answered(
      in, std::move(text),
      "wait_for_event shows objections (OP_REJECT, CONFLICT_REPORT); if there are none, submit_change with "
      "this operation.",
      {{"operation", said.op_id.str()}, {"path", said.target}, {"task", said.intent_id->str()}});
}

} // namespace

std::vector<tool> change_tools() {
  return {
      {.name = "submit_change",
       .title = "Submit a change",
       .description = "Writes the whole new content of one file, under one of your tasks. state_ref_before is the "
                      "state_ref of the content that you started from (read_file): when somebody has changed the file "
                      "since, nothing is written and you are told, so that no work is lost. Read again, merge, submit "
                      "again.",
       .takes = {task_argument(),
                 path_argument(changed_path),
                 {.name = "content",
                  .description = "The whole content the file shall have.",
                  .is_required = true,
                  .longest = longest_content,
                  .may_be_empty = true},
                 {.name = "state_ref_before",
                  .description = "The state_ref that read_file gave for the content you started from; empty for a file "
                                 "that does not exist yet.",
                  .is_required = true,
                  .may_be_empty = true},
                 {.name = "summary", .description = "What you have changed, in a sentence."},
                 {.name = "operation",
                  .description = "The handle that propose_change gave, if it was proposed before."}},
       .output = submitted_schema(),
       .hints = {.is_destructive = true},
       .act = submit_change},
      {.name = "propose_change",
       .title = "Propose a change",
       .description = "Tells the others what you want to do to a file before you do it, so that they can object. In "
                      "sessions that decide before anything is written it answers when the change is authorised. Then "
                      "submit_change carries it out.",
       .takes = {task_argument(),
                 path_argument(changed_path),
                 {.name = "summary", .description = "What you want to change, in a sentence.", .is_required = true},
                 {.name = "kind",
                  .description = "What it does; replace when it is left out.",
                  .choices = {"create", "replace"}}},
       .output = answer_schema({{"operation", schema::text("The handle of the operation")},
                                {"path", schema::text()},
                                {"task", schema::text()}}),
       .hints = {},
       .act = propose_change},
  };
}

} // namespace mpac::client::mcp
