// who_is_working.
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"

namespace mpac::client::mcp {
namespace {

std::string counted(std::size_t number, std::string_view what) {
  return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

std::string told(const known_participant& who, const session_view& in) {
  std::string roles;
  for (const auto& each : who.roles)
    roles += (roles.empty() ? "" : ", ") + in_quotes(each);
  auto text = in_quotes(who.principal_id.str());
  if (!who.display_name.empty() && who.display_name != who.principal_id.str())
    text += ", called " + in_quotes(who.display_name);
  if (!roles.empty())
    text += ", roles " + roles;
  if (!who.is_available)
    text += " [not there at the moment]";
  if (who.principal_id == in.me())
    text += " [you]";
  return text;
}

boost::asio::awaitable<tool_result> who_is_working(bridge& in, arguments) {
  auto looked = co_await in.look();
  if (!looked)
    co_return failure(std::move(looked.error().told));
  const auto& view = in.view();
  std::vector<const known_intent*> tasks;
  std::vector<const known_conflict*> conflicts;
  json::array people;
  std::string text = "Session " + in_quotes(looked->session_id.str()) + ": ";
  for (const auto& [id, each] : view.intents())
    if (!each.is_overdue)
      tasks.push_back(&each);
  for (const auto& [id, each] : view.conflicts())
    conflicts.push_back(&each);
  text += counted(view.participants().size(), "participant") + ", " + counted(tasks.size(), "open task") + ", " +
          counted(conflicts.size(), "open conflict") + ".\nParticipants:";
  for (const auto& [id, each] : view.participants()) {
    text += "\n- " + told(each, view);
    people.push_back(as_json(each));
  }
  if (!tasks.empty())
    text += "\nTasks:" + told_lines(tasks, view);
  if (!conflicts.empty())
    text += "\nConflicts:" + told_lines(conflicts, view);
  const auto mine = contested(view.my_conflicts(), view);
  const std::string_view advice =
      !mine.empty() ? "you are a party to a conflict: settle it before you write (ack_conflict, then yield_task, "
                      "update_intent, escalate_conflict or resolve_conflict)."
      : view.mine().empty() ? "call begin_task before you change anything; leave alone what others hold."
                            : "go on with your task; call yield_task as soon as it is done.";
  co_return answered(in, std::move(text), advice,
                     {{"session", looked->session_id.str()},
                      {"you", in.me().str()},
                      {"participants", std::move(people)},
                      {"tasks", as_json(tasks)},
                      {"conflicts", as_json(conflicts)}});
}

} // namespace

std::vector<tool> session_tools() {
  return {{.name = "who_is_working",
           .title = "Who is working",
           .description =
               "Shows who is in the session, which tasks are open, who holds which files for what objective, "
               "and which conflicts are open. Call it before you plan any change, and again when a call tells "
               "you that something has changed.",
           .takes = {},
           .output = answer_schema({{"session", schema::text()},
                                    {"you", schema::text("Your own participant id")},
                                    {"participants", schema::list_of(participant_schema())},
                                    {"tasks", schema::list_of(intent_schema())},
                                    {"conflicts", schema::list_of(conflict_schema())}}),
           .hints = {.is_read_only = true, .is_idempotent = true},
           .act = who_is_working}};
}

} // namespace mpac::client::mcp
