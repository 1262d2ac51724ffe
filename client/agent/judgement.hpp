// What is believed of a model's answers: each is checked against what there is before anything is done with it.
#pragma once

#include "base/result.hpp"
#include "client/agent/task.hpp"
#include "client/session_view.hpp"
#include "protocol/messages/governance_messages.hpp"
#include "protocol/sideband.hpp"
#include "security/strict_json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::agent {

/// The value, or why the answer is of no use: a clause for the model to read, and for a person.
template <class T>
using judged = base::result<T, std::string>;

/// Files that are listed, each once. None: nothing has to be changed.
struct plan {
  std::string objective, reason;
  std::vector<std::string> files;
};
[[nodiscard]] judged<plan> judge_plan(const security::json_object& said, std::span<const protocol::listed_file> there,
                                      const agent_options& limits);

struct stance {
  bool proceeds = false;
  std::string reason;
};
[[nodiscard]] judged<stance> judge_stance(const security::json_object& said);

/// `content` differs from what is there, unless the file is kept.
struct rewrite {
  bool keeps = false;
  std::string content, summary;
};
[[nodiscard]] judged<rewrite> judge_rewrite(const security::json_object& said, std::string_view path,
                                            std::string_view before, const agent_options& limits);

/// About ids of this conflict alone; without ids of its own yet.
[[nodiscard]] judged<protocol::resolution> judge_verdict(const security::json_object& said,
                                                         const known_conflict& conflict);

/// A text of a stranger's for others to read: on one line, without control characters, at most `bytes` long.
[[nodiscard]] std::string on_one_line(std::string_view text, std::size_t bytes = 500);

} // namespace mpac::client::agent
