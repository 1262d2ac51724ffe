// A participant that thinks with a model: it takes tasks in words and carries them out as the protocol wants it, intent
// before action.
#pragma once

#include "client/agent/model.hpp"
#include "client/agent/task.hpp"
#include "client/participant.hpp"
#include "protocol/messages/governance_messages.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace mpac::client::agent {

/// Works on its participant's executor. The participant stays its user's, who may take its events and ask with it
/// meanwhile; it has joined, except for `run_task`, and outlives the agent. The agent outlives what it was asked for.
///
/// What a model answers is checked before it acts: files that are not listed, changes that change nothing, empty a file
/// or let it grow beyond bounds are told to the model, which may answer anew (`agent_options::corrections`), and are
/// errors then. What others have written is quoted to the model as data, and steers nothing in this program.
class agent {
public:
  agent(participant& by, std::shared_ptr<model> thinks_with, agent_options how = {});

  /// Decides on files and objective, announces, decides about conflicts (SPEC 17), writes each file, commits it under
  /// its state ref, and withdraws the intent in the end, whatever happened. In `pre_commit` sessions each operation is
  /// proposed first and committed when it is authorised (SPEC 7.8). Where everybody gives way and nobody is left it
  /// announces once more.
  boost::asio::awaitable<task_report> execute_task(std::string task);

  /// HELLO, the task, GOODBYE.
  boost::asio::awaitable<task_report> run_task(std::string task);

  /// Claims a suspended intent (SPEC 14.7.4) and, once that is approved, works on the files of its scope. `task` is
  /// what is to be done, in the words of this agent's own person; of another kind than `file_set` no scope can be
  /// worked on.
  boost::asio::awaitable<task_report> take_over(protocol::intent_id suspended, std::string task);

  /// Settles a conflict between others: the model judges, and the coordinator checks that this participant may
  /// (SPEC 18).
  boost::asio::awaitable<base::result<protocol::resolution, agent_error>> arbitrate(protocol::conflict_id conflict);

  /// Proposes and, once it is accepted (in `pre_commit`: authorised), commits a content that did not come from the
  /// model. `state_ref_before` is what the caller has read.
  boost::asio::awaitable<base::result<committed_file, agent_error>>
  propose_and_commit(protocol::intent_id under, std::string path, std::string content, std::string state_ref_before,
                     std::string summary);

  /// Of everything so far.
  [[nodiscard]] const usage& used() const noexcept { return used_; }
  [[nodiscard]] const agent_options& how() const noexcept { return how_; }

private:
  participant* by_;
  std::shared_ptr<model> model_;
  agent_options how_;
  usage used_;
};

} // namespace mpac::client::agent
