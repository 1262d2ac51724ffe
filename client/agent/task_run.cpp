#include "client/agent/task_run.hpp"

#include "protocol/policy_words.hpp"
#include "protocol/scope.hpp"
#include "protocol/workspace/path_rules.hpp"
#include "protocol/workspace/state_ref.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client::agent {

using namespace protocol;
using boost::asio::awaitable;

namespace {

/// The answer may have been lost, and the request carried out.
bool is_in_doubt(const request_error& why) {
  return why.why == obstacle::connection_lost || why.why == obstacle::timed_out || why.why == obstacle::not_connected;
}

agent_error task_error(std::string what) {
  agent_error error;
  error.what = std::move(what);
  return error;
}

} // namespace

void task_run::tell(stage at, std::string path, std::string text) const {
  if (how_->on_step)
    how_->on_step({at, std::move(path), on_one_line(text)});
}

bool task_run::fail(agent_error why) {
  report_.is = task_report::outcome::failed;
  report_.problem = std::move(why);
  return false;
}

bool task_run::fail(request_error why, std::string doing) {
  agent_error error;
  error.from = agent_error::source::session;
  error.what = std::move(doing);
  error.of_session = std::move(why);
  return fail(std::move(error));
}

bool task_run::yield_to_others(std::string why) {
  report_.is = task_report::outcome::yielded;
  report_.reason = std::move(why);
  tell(stage::yielded, {}, report_.reason);
  return false;
}

bool task_run::is_pre_commit() const {
  const auto& info = by_->view().info();
  return info && info->execution_model == to_word(execution_model::pre_commit);
}

std::string task_run::reason_of_end() const {
  return report_.problem ? "task_failed" : report_.committed.empty() ? "task_abandoned" : "task_completed";
}

awaitable<task_report> task_run::whole() {
  bool is_on = co_await plan_files();
  while (is_on) {
    is_on = co_await announce();
    if (is_on)
      is_on = co_await settle_conflicts();
    if (is_on)
      is_on = co_await work_on_files();
    const bool is_given_up = is_announced_ && report_.is == task_report::outcome::yielded;
    auto reason = is_given_up ? "yielded: " + report_.reason : reason_of_end();
    co_await end_intent(std::move(reason));
    is_on = false;
    if (is_given_up && report_.committed.empty())
      is_on = co_await comes_again();
  }
  report_.used = counsel_.used();
  co_return report_;
}

awaitable<task_report> task_run::under(intent_id intent, std::string objective, std::vector<std::string> files) {
  report_.intent_id = std::move(intent);
  report_.objective = std::move(objective);
  files_ = std::move(files);
  is_announced_ = true;
  const bool is_on = co_await settle_conflicts();
  if (is_on)
    co_await work_on_files();
  auto reason = reason_of_end();
  co_await end_intent(std::move(reason));
  report_.used = counsel_.used();
  co_return report_;
}

awaitable<bool> task_run::plan_files() {
  tell(stage::planning);
  co_await by_->connected(how_->reconnect_patience);
  auto listed = co_await by_->list_files();
  if (!listed)
    co_return fail(listed.error(), "the files can't be listed");
  // Whatever was told before it is in the view now.
  auto known = co_await by_->overview();
  if (!known)
    co_return fail(known.error(), "how the session stands can't be learnt");
  const auto& all = listed->files;
  if (all.empty())
    co_return fail(task_error("the workspace holds no files"));
  const auto shown = std::span(all).first(std::min(all.size(), how_->most_listed));
  std::vector<const known_intent*> others;
  for (const auto& [id, each] : by_->view().intents())
    if (each.principal_id != by_->view().me() && !each.is_overdue)
      others.push_back(&each);
  auto asked = ask_plan(task_, shown, all.size() - shown.size(), others, counsel::fresh_quoting());
  auto made = co_await counsel_.decide<plan>(
      std::move(asked), [&](const security::json_object& said) { return judge_plan(said, all, *how_); });
  if (!made)
    co_return fail(made.error());
  report_.objective = made->objective;
  report_.reason = made->reason;
  files_ = made->files;
  if (files_.empty())
    report_.is = task_report::outcome::unchanged;
  co_return !files_.empty();
}

awaitable<bool> task_run::announce() {
  report_.intent_id = intent_id(participant::fresh_id("intent-"));
  intent_announce what;
  what.intent_id = report_.intent_id;
  what.objective = report_.objective;
  what.scope = file_set(files_);
  what.ttl_sec = base::to_seconds(how_->intent_ttl);
  // The model has taken its time; what is asked without a connection fails at once.
  co_await by_->connected(how_->reconnect_patience);
  auto taken = co_await by_->announce(what);
  if (!taken && is_in_doubt(taken.error())) {
    is_announced_ = true; // or perhaps not: in the end it is withdrawn
    co_await by_->connected(how_->reconnect_patience);
    auto known = co_await by_->overview();
    if (!known)
      co_return fail(std::move(taken.error()), "whether the intent was taken is not known");
    if (by_->view().intents().contains(what.intent_id))
      taken = receipt{};
    else
      taken = co_await by_->announce(what);
  }
  if (!taken) {
    auto why = taken.error();
    if (!why.is(error_code::stale_intent))
      co_return fail(std::move(why), "the intent was not taken");
    // Somebody holds the scope, and the session locks it (SPEC 15.3.2). Those who wait say so (SPEC 15.5.1).
    intent_deferred waits;
    waits.scope = what.scope;
    waits.reason = report_.objective;
    waits.observed_intent_ids.emplace();
    for (const auto* each : by_->view().others_on(what.scope))
      waits.observed_intent_ids->push_back(each->intent_id);
    (void)co_await by_->defer(std::move(waits));
    co_return yield_to_others("others hold these files: " + why.what);
  }
  is_announced_ = true;
  tell(stage::announced, {}, report_.objective);
  heartbeat busy{participant_status::working, report_.intent_id.str(), report_.objective, {}, {}};
  (void)co_await by_->heartbeat(std::move(busy));
  // When this is answered, every conflict that the announcement has made has been told.
  auto known = co_await by_->overview();
  if (!known)
    co_return fail(known.error(), "how the session stands can't be learnt");
  co_return true;
}

std::vector<const known_intent*> task_run::rivals(const known_conflict& conflict) const {
  std::vector<const known_intent*> found;
  for (const auto& id : conflict.intents)
    if (const auto at = by_->view().intents().find(id);
        at != by_->view().intents().end() && at->second.principal_id != by_->view().me())
      found.push_back(&at->second);
  return found;
}

awaitable<bool> task_run::settle_conflicts() {
  for (;;) {
    const auto open = by_->view().my_conflicts();
    const auto fresh = std::find_if(open.begin(), open.end(), [&](const known_conflict* each) {
      return !decided_.contains(each->conflict_id) &&
             std::find(each->intents.begin(), each->intents.end(), report_.intent_id) != each->intents.end();
    });
    if (fresh == open.end())
      co_return true;
    const auto conflict = **fresh; // the view goes on while the model thinks
    decided_.insert(conflict.conflict_id);
    // It stays open until its last intent has ended. Where the others have gone there is nothing to decide.
    if (rivals(conflict).empty() && conflict.operations.empty())
      continue;
    report_.conflicts.push_back(conflict.conflict_id);
    const bool is_on = co_await decide_about(conflict);
    if (!is_on)
      co_return false;
  }
}

awaitable<bool> task_run::decide_about(const known_conflict& conflict) {
  tell(stage::disputed, {}, conflict.description.empty() ? conflict.category : conflict.description);
  // Advice: that it was seen; refused is no harm.
  conflict_ack seen{conflict.conflict_id, ack_type::seen};
  (void)co_await by_->acknowledge(std::move(seen));
  stance made{how_->on_conflict == conflict_policy::proceed, "as it was told beforehand"};
  const auto others = rivals(conflict); // good until the next wait
  if (is_second_round_) {
    // All had given way, and more than one has come back. Now the order of names decides, the same for everybody.
    const auto me = by_->view().me();
    made.proceeds =
        std::all_of(others.begin(), others.end(), [&](const known_intent* each) { return me < each->principal_id; });
    made.reason = "everybody had given way, and the order of names decides";
  } else if (how_->on_conflict == conflict_policy::ask_model) {
    auto asked = ask_stance(task_, report_.objective, conflict, others, counsel::fresh_quoting());
    auto said = co_await counsel_.decide<stance>(std::move(asked), judge_stance);
    if (!said)
      co_return fail(said.error());
    made = *said;
  }
  if (!made.proceeds)
    co_return yield_to_others(made.reason);
  tell(stage::proceeding, {}, made.reason);
  co_return true;
}

awaitable<bool> task_run::comes_again() {
  if (std::exchange(is_second_round_, true))
    co_return false;
  auto known = co_await by_->overview();
  if (!known)
    co_return false;
  if (!by_->view().others_on(file_set(files_)).empty())
    co_return false;
  report_.is = task_report::outcome::done;
  report_.reason.clear();
  co_return true;
}

awaitable<bool> task_run::work_on_files() {
  bool is_on = true;
  for (const auto& path : files_) {
    if (path != files_.front()) {
      // Models and people take their time: the intent lives on with each file.
      intent_update longer;
      longer.intent_id = report_.intent_id;
      longer.ttl_sec = base::to_seconds(how_->intent_ttl);
      (void)co_await by_->update(std::move(longer));
    }
    is_on = co_await settle_conflicts();
    if (is_on)
      is_on = co_await work_on(path);
    if (!is_on)
      break;
  }
  if (is_on && report_.committed.empty())
    report_.is = task_report::outcome::unchanged;
  co_return is_on;
}

awaitable<bool> task_run::work_on(std::string path) {
  attempt work;
  work.change.path = std::move(path);
  for (;;) {
    co_await by_->connected(how_->reconnect_patience);
    auto file = co_await by_->read_file(work.change.path);
    if (!file)
      co_return fail(file.error(), "the file " + quoted_for_people(work.change.path) + " can't be read");
    if (file->content.size() > how_->longest_file)
      co_return fail(task_error("the file " + quoted_for_people(work.change.path) + " has " +
                                std::to_string(file->content.size()) + " bytes, and " +
                                std::to_string(how_->longest_file) + " are the most that is read"));
    work.change.before = file->content;
    work.change.state_ref_before = file->state_ref;
    const auto skipped_before = report_.skipped.size();
    bool is_on = co_await write(work);
    if (is_on && report_.skipped.size() == skipped_before)
      is_on = co_await confirm(work);
    // What was announced meanwhile may speak against it.
    if (is_on && report_.skipped.size() == skipped_before)
      is_on = co_await settle_conflicts();
    if (!is_on || report_.skipped.size() != skipped_before)
      co_return is_on;
    auto refused = co_await send(work);
    bool was_taken = !refused;
    if (refused && is_in_doubt(*refused)) {
      const bool is_found_out = co_await look_for(work, was_taken);
      if (!is_found_out)
        co_return false;
    }
    if (was_taken) {
      record(work);
      co_return true;
    }
    const bool may_rebase = is_in_doubt(*refused) || refused->is(error_code::stale_state_ref);
    if (!may_rebase || work.change.rebases >= how_->rebases)
      co_return fail(std::move(*refused),
                     "the change of " + quoted_for_people(work.change.path) + " was not taken" +
                         (may_rebase ? ", and it was rebased " + std::to_string(work.change.rebases) + " times" : ""));
    ++work.change.rebases;
    tell(stage::rebasing, work.change.path, describe(*refused));
  }
}

awaitable<bool> task_run::write(attempt& work) {
  tell(stage::writing, work.change.path);
  const file_to_change file{work.change.path, work.change.before, work.change.rebases};
  auto asked = ask_change(task_, report_.objective, file, counsel::fresh_quoting());
  auto made = co_await counsel_.decide<rewrite>(std::move(asked), [&](const security::json_object& said) {
    return judge_rewrite(said, work.change.path, work.change.before, *how_);
  });
  if (!made)
    co_return fail(made.error());
  work.change.after = std::move(made->content);
  work.change.summary = std::move(made->summary);
  if (made->keeps) {
    report_.skipped.push_back({work.change.path, work.change.summary});
    tell(stage::skipped, work.change.path, work.change.summary);
  }
  co_return true;
}

awaitable<bool> task_run::confirm(attempt& work) {
  auto said = confirmation::commit;
  if (how_->confirm)
    said = co_await how_->confirm(work.change);
  if (said == confirmation::stop) {
    report_.is = task_report::outcome::stopped;
    co_return false;
  }
  if (said == confirmation::skip) {
    report_.skipped.push_back({work.change.path, "not confirmed"});
    tell(stage::skipped, work.change.path, "not confirmed");
  }
  co_return true;
}

awaitable<std::optional<request_error>> task_run::send(attempt& work) {
  const auto& change = work.change;
  op_commit what;
  // What was authorised is committed under its own name, whatever it starts from by now (docs/proposals.md).
  if (!work.is_authorised)
    work.op_id = op_id(participant::fresh_id("op-"));
  what.op_id = work.op_id;
  what.intent_id = report_.intent_id;
  what.target = change.path;
  what.op_kind = "replace";
  what.state_ref_before = change.state_ref_before;
  what.state_ref_after = state_ref_of(change.after);
  what.summary = change.summary;
  what.file_changes[change.path] = {change.after, change.state_ref_before};
  if (is_pre_commit() && !work.is_authorised) {
    tell(stage::proposed, change.path, change.summary);
    op_propose wish{what.op_id, what.intent_id, what.target, what.op_kind, std::nullopt, what.summary};
    auto allowed = co_await by_->propose(std::move(wish));
    if (!allowed)
      co_return allowed.error();
    work.is_authorised = true;
  }
  auto taken = co_await by_->commit(std::move(what));
  if (!taken)
    co_return taken.error();
  co_return std::nullopt;
}

awaitable<bool> task_run::look_for(attempt& work, bool& was_taken) {
  const bool is_back = co_await by_->connected(how_->reconnect_patience);
  if (!is_back)
    co_return fail(task_error("the connection broke, and did not come back: whether the change of " +
                              quoted_for_people(work.change.path) + " was taken is not known"));
  auto file = co_await by_->read_file(work.change.path);
  if (!file)
    co_return fail(file.error(), "whether the change was taken can't be seen");
  was_taken = file->content == work.change.after;
  work.is_authorised = false; // what was authorised may have gone with the connection
  co_return true;
}

void task_run::record(attempt& work) {
  auto& change = work.change;
  report_.committed.push_back({change.path, state_ref_of(change.after), work.op_id, change.summary, change.rebases});
  tell(stage::committed, change.path, change.summary);
}

awaitable<base::result<committed_file, agent_error>> task_run::commit(intent_id under, proposed_change change) {
  report_.intent_id = std::move(under);
  attempt work{std::move(change), {}, false};
  auto refused = co_await send(work);
  if (refused) {
    fail(std::move(*refused), "the change of " + quoted_for_people(work.change.path) + " was not taken");
    co_return base::fail(std::move(*report_.problem));
  }
  record(work);
  co_return base::result<committed_file, agent_error>{boost::system::in_place_value, report_.committed.back()};
}

awaitable<void> task_run::end_intent(std::string reason) {
  if (!std::exchange(is_announced_, false))
    co_return;
  co_await by_->connected(how_->reconnect_patience);
  const intent_withdraw what{report_.intent_id, on_one_line(reason)};
  auto taken = co_await by_->withdraw(what);
  if (!taken && is_in_doubt(taken.error())) { // twice does no harm, and an intent that stays keeps others away
    co_await by_->connected(how_->reconnect_patience);
    (void)co_await by_->withdraw(what);
  }
  heartbeat idle{participant_status::idle, {}, {}, {}, {}};
  (void)co_await by_->heartbeat(std::move(idle));
}

} // namespace mpac::client::agent
