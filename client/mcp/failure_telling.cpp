// What came of a request that failed, and what to do next: one row for each reason.
#include "client/mcp/quoting.hpp"
#include "client/mcp/telling.hpp"

#include <array>
#include <cmath>

namespace mpac::client::mcp {
namespace {

using protocol::error_code;

struct code_row {
  error_code code;
  std::string_view meaning; ///< what happened, and what to do
};

constexpr std::array code_rows{
    code_row{
        error_code::stale_state_ref,
        "Somebody has changed the file since the version you started from. Nothing was written. Call read_file for "
        "it, make your change in the content that is there now, and call submit_change with the new state_ref."},
    code_row{error_code::stale_intent,
             "Somebody else already holds part of this scope. Nothing was announced. Wait with wait_for_event until "
             "their task ends, take files that are free, or call defer_intent."},
    code_row{
        error_code::scope_frozen,
        "A conflict about this scope was not settled in time, so that it is frozen. Nothing was done. It thaws when "
        "resolve_conflict is called by somebody with authority: see who_is_working for the conflict and who is an "
        "owner or arbiter, and work on something else meanwhile."},
    code_row{error_code::authorization_failed,
             "You have not the authority for this. Nothing was done. Ask somebody who has: who_is_working shows owners "
             "and arbiters, escalate_conflict hands a conflict to one."},
    code_row{error_code::invalid_reference,
             "What it refers to is not there, or has ended. Nothing was done. Call who_is_working for the tasks and "
             "conflicts that are open, list_files for the files."},
    code_row{error_code::intent_backoff,
             "A resolution refused you this scope a short while ago. Nothing was announced. Wait, or choose another "
             "scope."},
    code_row{error_code::claim_conflict,
             "Somebody else claimed that task first. Nothing was done. Call who_is_working and choose other work."},
    code_row{error_code::resolution_conflict,
             "That conflict is resolved already. Nothing was done. Call who_is_working for how things stand."},
    code_row{error_code::session_closed,
             "The session is closed. Nothing was done, and nothing more can be done in it."},
    code_row{error_code::rate_limited, "That was too much at once. Nothing was done. Wait a little, then call again."},
    code_row{error_code::limit_reached,
             "The session allows no more of these. Nothing was done. End what you no longer need (yield_task), then "
             "call again."},
    code_row{error_code::causal_gap,
             "Some of what happened may have been missed here. Nothing was done. Call who_is_working, judge anew, and "
             "call again."},
    code_row{error_code::malformed_message,
             "The hub could not take it as it was. Nothing was done. Mend the arguments."},
    code_row{error_code::internal_error, "The hub made a mistake. Nothing was done. Call again; if it stays, tell your "
                                         "user."},
};

struct obstacle_row {
  obstacle why;
  std::string_view meaning;
};

constexpr std::array obstacle_rows{
    obstacle_row{obstacle::refused, "The coordinator refused it. Nothing was done."},
    obstacle_row{
        obstacle::rejected,
        "The operation was rejected. Nothing was written. Read the reason, change what it asks for, and submit "
        "again; wait_for_event and who_is_working show what has changed."},
    obstacle_row{obstacle::too_large,
                 "It is more than the hub takes in one message, and the hub hung up on it. Nothing was done, and sent "
                 "again it would end the same way. Make it smaller: split the file, or change less at once."},
    obstacle_row{obstacle::timed_out,
                 "No answer came in time, and it is not known whether it was carried out. Look before you repeat it: "
                 "get_file_state for a change, who_is_working for a task or conflict."},
    obstacle_row{obstacle::connection_lost,
                 "The connection to the hub broke before the answer came. The bridge reconnects by itself as the same "
                 "participant; no restart is needed. Look before you repeat it: get_file_state for a change, "
                 "who_is_working for a task or conflict."},
    obstacle_row{
        obstacle::not_connected,
        "There is no connection to the hub at the moment. Nothing was done. The bridge reconnects by itself as "
        "the same participant; no restart is needed. Call again in a while."},
    obstacle_row{obstacle::coordinator_silent,
                 "The coordinator is silent, and others hold what this touches, so that nobody would judge it. Nothing "
                 "was done. Wait, or work on what nobody holds."},
    obstacle_row{obstacle::causal_gap,
                 "Some of what happened has been missed and is being fetched; a judgement has to wait for it. Nothing "
                 "was done. Call again."},
    obstacle_row{
        obstacle::backoff,
        "A resolution refused you this scope a short while ago. Nothing was announced. Wait, or choose another "
        "scope."},
    obstacle_row{obstacle::session_over, "This participant is no longer in the session. Nothing was done."},
    obstacle_row{obstacle::unacceptable, "It makes no sense as it is. Nothing was done."},
};

std::string_view meaning_of(const request_error& failed) {
  if (failed.why == obstacle::refused && failed.code)
    for (const auto& row : code_rows)
      if (failed.code->is(row.code))
        return row.meaning;
  for (const auto& row : obstacle_rows)
    if (row.why == failed.why)
      return row.meaning;
  return "It failed.";
}

} // namespace

std::string told(const request_error& failed) {
  if (failed.why == obstacle::connection_lost && failed.is_known_not_taken)
    return "The connection to the hub broke, and it is known that the hub never took this. Nothing was done. Call "
           "again.";
  std::string text(meaning_of(failed));
  if (failed.retry_after)
    text += " Wait " + std::to_string(static_cast<long>(std::ceil(base::to_seconds(*failed.retry_after)))) +
            " seconds before you try again.";
  if (!failed.what.empty() || failed.code)
    text += "\nThe reason given:" + (failed.code ? " " + in_quotes(failed.code->text()) : std::string()) +
            (failed.what.empty() ? std::string() : " " + in_quotes(failed.what));
  return text;
}

} // namespace mpac::client::mcp
