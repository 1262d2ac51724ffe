// How the session's things are told to a model: as sentences with foreign words in quotation marks, and as JSON.
#pragma once

#include "client/mcp/json.hpp"
#include "client/mcp/tool.hpp"
#include "client/request_error.hpp"
#include "client/session_view.hpp"
#include "protocol/scope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::mcp {

/// What a scope covers: `files "a.py", "b.py"`, `whatever matches "src/**"` and so on.
[[nodiscard]] std::string told(const protocol::scope& what);
/// One line: who, which task, what for, on what.
[[nodiscard]] std::string told(const known_intent& what, const session_view& in);
[[nodiscard]] std::string told(const known_conflict& what, const session_view& in);

[[nodiscard]] json::object as_json(const protocol::scope& what);
[[nodiscard]] json::object as_json(const known_intent& what);
[[nodiscard]] json::object as_json(const known_conflict& what);
[[nodiscard]] json::object as_json(const known_participant& who);

// JSON Schemas of the same.
[[nodiscard]] json::object scope_schema();
[[nodiscard]] json::object intent_schema();
[[nodiscard]] json::object conflict_schema();
[[nodiscard]] json::object participant_schema();

/// Lists, a line each, indented; empty for none.
[[nodiscard]] std::string told_lines(const std::vector<const known_intent*>& all, const session_view& in);
[[nodiscard]] std::string told_lines(const std::vector<const known_conflict*>& all, const session_view& in);
[[nodiscard]] json::array as_json(const std::vector<const known_intent*>& all);
[[nodiscard]] json::array as_json(const std::vector<const known_conflict*>& all);

/// What came of a request that failed, and what to do next.
[[nodiscard]] std::string told(const request_error& failed);

} // namespace mpac::client::mcp
