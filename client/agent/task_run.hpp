// One task on its way from the words to the commits.
#pragma once

#include "client/agent/counsel.hpp"
#include "client/agent/task.hpp"
#include "client/participant.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mpac::client::agent {

/// For one task. Outlives what it is asked for.
class task_run {
public:
  task_run(participant& by, counsel asks, const agent_options& how, std::string task)
      : by_(&by), counsel_(std::move(asks)), how_(&how), task_(std::move(task)) {}

  /// From planning to the end of the intent.
  boost::asio::awaitable<task_report> whole();
  /// Files of an intent that this participant holds already.
  boost::asio::awaitable<task_report> under(protocol::intent_id intent, std::string objective,
                                            std::vector<std::string> files);
  /// One content that is given.
  boost::asio::awaitable<base::result<committed_file, agent_error>> commit(protocol::intent_id under,
                                                                           proposed_change change);

private:
  /// Whether the task goes on; the report says why it does not.
  using goes_on = boost::asio::awaitable<bool>;

  struct attempt {
    proposed_change change;
    protocol::op_id op_id;
    bool is_authorised = false; ///< proposed, and only the commit is missing (`pre_commit`)
  };

  goes_on plan_files();
  goes_on announce();
  /// Decides about the conflicts of this intent that are new.
  goes_on settle_conflicts();
  goes_on decide_about(const known_conflict& conflict);
  goes_on work_on_files();
  goes_on work_on(std::string path);
  goes_on write(attempt& work);
  goes_on confirm(attempt& work);
  /// Nothing: it is committed. An error that a rebase may mend is not in the report yet.
  boost::asio::awaitable<std::optional<request_error>> send(attempt& work);
  /// Looks whether a commit whose answer was lost has been taken.
  goes_on look_for(attempt& work, bool& was_taken);
  boost::asio::awaitable<void> end_intent(std::string reason);
  /// Everybody has given way: true if it was announced once more.
  boost::asio::awaitable<bool> comes_again();

  [[nodiscard]] bool is_pre_commit() const;
  [[nodiscard]] std::string reason_of_end() const;
  [[nodiscard]] std::vector<const known_intent*> rivals(const known_conflict& conflict) const;
  void tell(stage at, std::string path = {}, std::string text = {}) const;
  bool fail(agent_error why);
  bool fail(request_error why, std::string doing);
  bool yield_to_others(std::string why);
  void record(attempt& work);

  participant* by_;
  counsel counsel_;
  const agent_options* how_;
  std::string task_;
  std::vector<std::string> files_;
  std::set<protocol::conflict_id> decided_;
  bool is_second_round_ = false, is_announced_ = false;
  task_report report_;
};

} // namespace mpac::client::agent
