// What the tools have in common: scopes as arguments, handles of tasks, and how results are put together.
#pragma once

#include "base/result.hpp"
#include "client/mcp/bridge.hpp"
#include "client/mcp/tool.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::mcp {

/// `files`, `pattern`, `task_ids` and `entities`, of which exactly one says what a task covers.
[[nodiscard]] std::vector<argument> scope_arguments();
/// `own`, then the arguments of a scope.
[[nodiscard]] std::vector<argument> with_scope(std::vector<argument> own);
[[nodiscard]] bool has_scope(const arguments& with);
/// The error is a sentence.
[[nodiscard]] base::result<protocol::scope, std::string> scope_in(const arguments& with);

/// The argument `path`: one file of the workspace.
[[nodiscard]] argument path_argument(std::string description);
/// Why the argument `path` can name no shared file, as a sentence; nothing when it can.
[[nodiscard]] std::optional<std::string> fault_of_path(const arguments& with);

/// The argument `task`: a handle that begin_task or take_over_task gave out.
[[nodiscard]] argument task_argument();
/// One's own live task of that handle; the error says which there are, and what to do.
[[nodiscard]] base::result<const known_intent*, std::string> own_task(const bridge& in, const std::string& handle);

/// `advice` is what to do next. It ends the text, and is in the structure for clients that show that alone; `position`
/// is where wait_for_event goes on from.
[[nodiscard]] tool_result answered(const bridge& in, std::string text, std::string_view advice, json::object structure);
/// The schema of such a structure: `members`, and the two that all have.
[[nodiscard]] json::object answer_schema(std::initializer_list<std::pair<std::string_view, json::object>> members,
                                         std::initializer_list<std::string_view> that_may_be_missing = {});

/// Open conflicts that name this task.
[[nodiscard]] std::vector<const known_conflict*> conflicts_about(const session_view& in,
                                                                 const protocol::intent_id& task);

/// Those of these conflicts in which another party's task is still alive. One whose other tasks have ended stands in
/// nobody's way, though it may be open until the last task ends (SPEC 17.9), or somebody with authority closes it.
[[nodiscard]] std::vector<const known_conflict*> contested(const std::vector<const known_conflict*>& all,
                                                           const session_view& in);

} // namespace mpac::client::mcp
