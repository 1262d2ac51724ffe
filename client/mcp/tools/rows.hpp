// Where the rows of the tool table come from: one file for each of these.
#pragma once

#include "client/mcp/tool.hpp"

#include <vector>

namespace mpac::client::mcp {

[[nodiscard]] std::vector<tool> session_tools();  ///< who_is_working
[[nodiscard]] std::vector<tool> task_tools();     ///< begin_task, update_intent, yield_task
[[nodiscard]] std::vector<tool> overlap_tools();  ///< check_overlap, defer_intent, take_over_task
[[nodiscard]] std::vector<tool> file_tools();     ///< list_files, read_file, search_files, get_file_state
[[nodiscard]] std::vector<tool> change_tools();   ///< submit_change, propose_change
[[nodiscard]] std::vector<tool> conflict_tools(); ///< ack_conflict, escalate_conflict, resolve_conflict
[[nodiscard]] std::vector<tool> event_tools();    ///< wait_for_event

} // namespace mpac::client::mcp
