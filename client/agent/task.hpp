// A task for an agent: how it is to be worked on, what is asked of the person behind it, and what came of it.
#pragma once

#include "client/agent/model.hpp"
#include "client/request_error.hpp"
#include "protocol/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::agent {

/// What an agent wants to commit.
struct proposed_change {
  std::string path;
  std::string before, after;
  std::string state_ref_before;
  std::string summary;       ///< the model's own words, on one line
  std::uint32_t rebases = 0; ///< how often somebody else was quicker

  /// The unified diff.
  [[nodiscard]] std::string diff() const;
};

enum class confirmation : std::uint8_t {
  commit,
  skip, ///< not this file; the task goes on
  stop, ///< the task ends here
};

/// What happens in a task, as it happens.
enum class stage : std::uint8_t {
  planning,   ///< the model is asked which files it will change
  announced,  ///< `text`: the objective
  disputed,   ///< `text`: what the conflict is
  yielded,    ///< `text`: why
  proceeding, ///< in spite of the conflict; `text`: why
  writing,    ///< the model is asked for the file's new content
  correcting, ///< the model's answer was of no use, and it is asked again; `text`: why
  rebasing,   ///< somebody else was quicker: the file is read anew
  skipped,    ///< the file stays as it is; `text`: why
  proposed,   ///< waits for the coordinator's authorisation (`pre_commit`)
  committed,  ///< `text`: the summary
};

[[nodiscard]] std::string_view to_string(stage which) noexcept;

struct step {
  stage at = stage::planning;
  std::string path; ///< of what is about one file
  std::string text; ///< on one line; may be another participant's or the model's words
};

/// What an agent does about a conflict of its intent.
enum class conflict_policy : std::uint8_t { ask_model, yield, proceed };

struct agent_options {
  /// Asked before each commit; null: everything that passes the checks is committed.
  std::function<boost::asio::awaitable<confirmation>(const proposed_change&)> confirm;
  std::function<void(const step&)> on_step;
  /// Hears the model's answers while they are made (see `question::on_piece`).
  std::function<void(std::string_view)> on_piece;

  conflict_policy on_conflict = conflict_policy::ask_model;
  std::uint32_t rebases = 3;     ///< of one file, when somebody else is quicker (STALE_STATE_REF)
  std::uint32_t corrections = 1; ///< how often the model may mend an answer that was of no use
  base::duration intent_ttl = std::chrono::minutes{30};        ///< anew with each file
  base::duration reconnect_patience = std::chrono::minutes{1}; ///< for a connection that broke in the middle

  // What a model's answer may be.
  std::size_t most_files = 16;                        ///< of one task
  std::size_t longest_file = std::size_t{512} << 10;  ///< bytes of a file that is read or written
  std::size_t longest_growth = std::size_t{64} << 10; ///< bytes by which one commit lets a file grow, or double
  std::size_t most_listed = 2000;                     ///< paths that the model is told of
  std::uint32_t longest_answer = 32 * 1024;           ///< tokens
};

/// Why a task, or a part of it, came to nothing.
struct agent_error {
  enum class source : std::uint8_t {
    model,   ///< it gave no answer: see `of_model`
    answer,  ///< what it answered was of no use, corrections included: `what` says why
    session, ///< the coordinator, or the way to it: see `of_session`
    task,    ///< it can't be done here: `what` says why
  };
  source from = source::task;
  std::string what;
  std::optional<model_error> of_model;
  std::optional<request_error> of_session;
};

/// For logs and terminals.
[[nodiscard]] std::string describe(const agent_error& failed);

struct committed_file {
  std::string path;
  std::string state_ref; ///< of what was committed
  protocol::op_id op_id;
  std::string summary;
  std::uint32_t rebases = 0;
};

struct skipped_file {
  std::string path;
  std::string why;
};

struct task_report {
  enum class outcome : std::uint8_t {
    done,      ///< all files were committed that were to be
    unchanged, ///< nothing had to be changed, or nothing was confirmed
    yielded,   ///< somebody else's work goes first
    stopped,   ///< by whoever confirms
    failed,    ///< see `problem`; `committed` says what was done before
  };
  outcome is = outcome::done;
  protocol::intent_id intent_id; ///< empty if nothing was announced
  std::string objective;
  std::string reason; ///< of `unchanged` and `yielded`
  std::vector<committed_file> committed;
  std::vector<skipped_file> skipped;
  std::vector<protocol::conflict_id> conflicts; ///< that were met
  usage used;
  std::optional<agent_error> problem;
};

[[nodiscard]] std::string_view to_string(task_report::outcome which) noexcept;

} // namespace mpac::client::agent
