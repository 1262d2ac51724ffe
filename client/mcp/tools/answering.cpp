#include "client/mcp/tools/answering.hpp"

#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "protocol/scope_path.hpp"
#include "protocol/workspace/path_rules.hpp"

#include <algorithm>
#include <iterator>

namespace mpac::client::mcp {
namespace {

/// A result that quotes says that quotations are data.
void warn_of_quotes(tool_result& made) {
  if (!made.texts.empty() && made.texts.front().find('"') != std::string::npos)
    (made.texts.front() += '\n') += about_quotes;
}

} // namespace

std::vector<argument> scope_arguments() {
  using enum argument_kind;
  return {
      {.name = "files",
       .kind = texts,
       .description = "What it covers: paths of files, spelled as list_files gives them; also files that do not exist "
                      "yet. Exactly one of files, pattern, task_ids and entities says what is covered."},
      {.name = "pattern",
       .description = "What it covers: a glob over paths, such as src/net/** (** crosses folders). Prefer files: "
                      "overlaps of patterns are found, but only warned of."},
      {.name = "task_ids", .kind = texts, .description = "What it covers: names of items of a shared plan."},
      {.name = "entities", .kind = texts, .description = "What it covers: names of things other than files."},
  };
}

std::vector<argument> with_scope(std::vector<argument> own) {
  auto scope = scope_arguments();
  own.insert(own.end(), std::make_move_iterator(scope.begin()), std::make_move_iterator(scope.end()));
  return own;
}

bool has_scope(const arguments& with) {
  return with.has("files") || with.has("pattern") || with.has("task_ids") || with.has("entities");
}

base::result<protocol::scope, std::string> scope_in(const arguments& with) {
  const int given = with.has("files") + with.has("pattern") + with.has("task_ids") + with.has("entities");
  if (given != 1)
    return base::fail(std::string(given == 0 ? "argument 'files' is missing: " : "arguments 'files' and others: ") +
                      "exactly one of files, pattern, task_ids and entities has to say what is covered");
  // Others spell these files otherwise, so that nobody would be found on them.
  for (const auto& each : with.texts("files").value_or(std::vector<std::string>{}))
    if (const auto fault = protocol::path_fault(protocol::normalised(each)))
      return base::fail("argument 'files': the path " + in_quotes(each) + ' ' + std::string(*fault));
  auto made = with.has("files")      ? protocol::file_set(*with.texts("files"))
              : with.has("pattern")  ? protocol::resource_path(*with.text("pattern"))
              : with.has("task_ids") ? protocol::task_set(*with.texts("task_ids"))
                                     : protocol::entity_set(*with.texts("entities"));
  if (const auto fault = protocol::problems(made))
    return base::fail("the scope can't be used: " + *fault);
  return made;
}

argument path_argument(std::string description) {
  constexpr std::size_t longest = 1024;
  return {.name = "path", .description = std::move(description), .is_required = true, .longest = longest};
}

std::optional<std::string> fault_of_path(const arguments& with) {
  const auto fault = protocol::path_fault(with.text_or_empty("path"));
  return fault ? std::optional("argument 'path': the path " + std::string(*fault)) : std::nullopt;
}

argument task_argument() {
  return {.name = "task",
          .description = "The handle of one of your tasks, as begin_task or take_over_task gave it.",
          .is_required = true};
}

base::result<const known_intent*, std::string> own_task(const bridge& in, const std::string& handle) {
  const auto& view = in.view();
  const auto found = view.intents().find(protocol::intent_id(handle));
  if (found != view.intents().end() && found->second.principal_id == in.me() && !found->second.is_overdue)
    return &found->second;
  std::string text = "argument 'task': " + in_quotes(handle) + " is ";
  if (found == view.intents().end())
    text += "not an open task.";
  else if (found->second.is_overdue)
    text += "a task of yours whose time is over.";
  else
    text += "a task of " + in_quotes(found->second.principal_id.str()) + ", not of yours.";
  const auto mine = view.mine();
  if (mine.empty())
    text += " You have no open task: call begin_task first, so that the others know what you are about to do.";
  else
    text += " Your open tasks:" + told_lines(mine, view);
  return base::fail(text);
}

tool_result failure(std::string what) {
  tool_result made;
  made.texts.push_back(std::move(what));
  made.is_failure = true;
  warn_of_quotes(made);
  return made;
}

tool_result answered(const bridge& in, std::string text, std::string_view advice, json::object structure) {
  tool_result made;
  structure["advice"] = advice;
  structure["position"] = in.events().end();
  if (!advice.empty())
    (text += "\nNext: ") += advice;
  made.texts.push_back(std::move(text));
  warn_of_quotes(made);
  made.structure = std::move(structure);
  return made;
}

json::object answer_schema(std::initializer_list<std::pair<std::string_view, json::object>> members,
                           std::initializer_list<std::string_view> that_may_be_missing) {
  json::object all;
  json::array required;
  for (const auto& [name, of] : members) {
    all[name] = of;
    if (std::find(that_may_be_missing.begin(), that_may_be_missing.end(), name) == that_may_be_missing.end())
      required.emplace_back(name);
  }
  all["advice"] = schema::text("What to do next");
  all["position"] = schema::text("Where wait_for_event goes on from");
  required.emplace_back("advice");
  required.emplace_back("position");
  return {{"type", "object"}, {"properties", std::move(all)}, {"required", std::move(required)}};
}

std::vector<const known_conflict*> conflicts_about(const session_view& in, const protocol::intent_id& task) {
  std::vector<const known_conflict*> found;
  for (const auto& [id, known] : in.conflicts())
    if (std::find(known.intents.begin(), known.intents.end(), task) != known.intents.end())
      found.push_back(&known);
  return found;
}

std::vector<const known_conflict*> contested(const std::vector<const known_conflict*>& all, const session_view& in) {
  std::vector<const known_conflict*> found;
  for (const auto* each : all) {
    const bool is_at_stake = std::any_of(each->intents.begin(), each->intents.end(), [&](const auto& id) {
      const auto task = in.intents().find(id);
      return task != in.intents().end() && task->second.principal_id != in.me() && !task->second.is_overdue;
    });
    if (is_at_stake || each->intents.empty())
      found.push_back(each);
  }
  return found;
}

} // namespace mpac::client::mcp
