#include "client/agent/agent.hpp"

#include "client/agent/task_run.hpp"
#include "protocol/scope.hpp"
#include "protocol/workspace/path_rules.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client::agent {

using namespace protocol;
using boost::asio::awaitable;

namespace {

constexpr std::string_view no_task = "the task is empty, or is not UTF-8";

agent_error task_error(std::string what) {
  agent_error error;
  error.what = std::move(what);
  return error;
}

agent_error session_error(request_error why, std::string doing) {
  agent_error error;
  error.from = agent_error::source::session;
  error.what = std::move(doing);
  error.of_session = std::move(why);
  return error;
}

task_report failed(agent_error why) {
  task_report report;
  report.is = task_report::outcome::failed;
  report.problem = std::move(why);
  return report;
}

} // namespace

quoting counsel::fresh_quoting() {
  return {"quoted-" + participant::fresh_id().substr(0, 18)};
}

agent::agent(participant& by, std::shared_ptr<model> thinks_with, agent_options how)
    : by_(&by), model_(std::move(thinks_with)), how_(std::move(how)) {}

awaitable<task_report> agent::execute_task(std::string task) {
  if (on_one_line(task).empty())
    co_return failed(task_error(std::string(no_task)));
  task_run run(*by_, counsel(model_, how_, used_), how_, std::move(task));
  auto report = co_await run.whole();
  co_return report;
}

awaitable<task_report> agent::run_task(std::string task) {
  auto info = co_await by_->join();
  if (!info)
    co_return failed(session_error(info.error(), "the session can't be joined"));
  auto report = co_await execute_task(std::move(task));
  goodbye last{report.problem ? goodbye_reason::error : goodbye_reason::session_complete, {}, {}};
  (void)co_await by_->leave(std::move(last));
  co_return report;
}

awaitable<task_report> agent::take_over(intent_id suspended, std::string task) {
  if (on_one_line(task).empty())
    co_return failed(task_error(std::string(no_task)));
  auto stands = co_await by_->overview();
  if (!stands)
    co_return failed(session_error(stands.error(), "how the session stands can't be learnt"));
  const auto& intents = by_->view().intents();
  const auto at = intents.find(suspended);
  if (at == intents.end())
    co_return failed(task_error("there is no live intent " + quoted_for_people(suspended.str())));
  const auto known = at->second;
  if (!known.is_suspended)
    co_return failed(task_error("the intent " + quoted_for_people(suspended.str()) + " is not suspended: its owner '" +
                                known.principal_id.str() + "' is there"));
  auto files = entries(known.scope);
  if (known.scope.kind != scope_kind::file_set || files.empty())
    co_return failed(task_error("the scope of the intent " + quoted_for_people(suspended.str()) + " lists no files"));
  if (files.size() > how_.most_files)
    co_return failed(task_error("the scope lists " + std::to_string(files.size()) + " files, and " +
                                std::to_string(how_.most_files) + " are the most for one task"));
  intent_claim what;
  what.original_intent_id = suspended;
  what.original_principal_id = known.principal_id;
  what.new_intent_id = intent_id(participant::fresh_id("intent-"));
  what.objective = on_one_line(task);
  what.scope = known.scope;
  what.justification = "its owner is lost";
  const auto mine = what.new_intent_id;
  const auto objective = what.objective;
  auto decided = co_await by_->claim(std::move(what));
  if (!decided)
    co_return failed(session_error(decided.error(), "the claim was not taken"));
  if (!decided->decision.is(claim_decision::approved)) {
    task_report report;
    report.is = task_report::outcome::yielded;
    report.reason = "the claim was " + decided->decision.text() +
                    (decided->reason ? ": " + on_one_line(*decided->reason) : std::string());
    co_return report;
  }
  task_run run(*by_, counsel(model_, how_, used_), how_, std::move(task));
  auto intent = decided->new_intent_id.value_or(mine);
  auto report = co_await run.under(std::move(intent), objective, std::move(files));
  co_return report;
}

awaitable<base::result<resolution, agent_error>> agent::arbitrate(conflict_id conflict) {
  auto stands = co_await by_->overview();
  if (!stands)
    co_return base::fail(session_error(stands.error(), "how the session stands can't be learnt"));
  const auto at = by_->view().conflicts().find(conflict);
  if (at == by_->view().conflicts().end())
    co_return base::fail(task_error("there is no open conflict " + quoted_for_people(conflict.str())));
  const auto known = at->second;
  std::vector<const known_intent*> intents;
  for (const auto& id : known.intents)
    if (const auto found = by_->view().intents().find(id); found != by_->view().intents().end())
      intents.push_back(&found->second);
  counsel asks(model_, how_, used_);
  auto asked = ask_verdict(known, intents, counsel::fresh_quoting());
  auto made = co_await asks.decide<resolution>(
      std::move(asked), [&](const security::json_object& said) { return judge_verdict(said, known); });
  if (!made)
    co_return base::fail(made.error());
  auto verdict = *made;
  verdict.resolution_id = resolution_id(participant::fresh_id("resolution-"));
  auto taken = co_await by_->resolve(verdict);
  if (!taken)
    co_return base::fail(session_error(taken.error(), "the resolution was not taken"));
  co_return base::result<resolution, agent_error>{boost::system::in_place_value, std::move(verdict)};
}

awaitable<base::result<committed_file, agent_error>> agent::propose_and_commit(intent_id under, std::string path,
                                                                               std::string content,
                                                                               std::string state_ref_before,
                                                                               std::string summary) {
  proposed_change change{std::move(path), {}, std::move(content), std::move(state_ref_before), std::move(summary), 0};
  task_run run(*by_, counsel(model_, how_, used_), how_, {});
  co_return co_await run.commit(std::move(under), std::move(change));
}

} // namespace mpac::client::agent
