// wait_for_event.
#include "client/mcp/quoting.hpp"
#include "client/mcp/schema.hpp"
#include "client/mcp/tools/answering.hpp"
#include "client/mcp/tools/rows.hpp"

#include <chrono>

namespace mpac::client::mcp {
namespace {

constexpr double usual_wait = 30; // seconds: less than clients usually wait for a call
constexpr double longest_wait = 300;
constexpr std::size_t most_at_once = 100;

boost::asio::awaitable<tool_result> wait_for_event(bridge& in, arguments with, std::shared_ptr<const open_call> by) {
  const auto wait = with.number("timeout_seconds").value_or(usual_wait);
  const auto until =
      bridge::clock::now() + std::chrono::duration_cast<bridge::clock::duration>(std::chrono::duration<double>(wait));
  event_search search(in.events(), with.text("position").value_or(in.events().end()), most_at_once,
                      with.texts("kinds").value_or(std::vector<std::string>{}));
  auto found = search.look();
  while (found.events.empty() && found.is_complete && !by->is_cancelled && bridge::clock::now() < until) {
    co_await in.until_something_happens(until);
    found = search.look();
  }
  json::array events;
  std::string text = found.events.empty() ? "Nothing has happened." : "What has happened:";
  if (!found.is_complete)
    text = "Some events behind that position are no longer known (the bridge was started anew, or it was too long "
           "ago): call who_is_working for how things stand.\n" +
           text;
  for (const auto* each : found.events) {
    text += "\n- " + each->text;
    json::object one = each->about;
    one["event"] = each->kind;
    one["text"] = each->text;
    events.push_back(std::move(one));
  }
  auto made = answered(in, std::move(text),
                       "give this result's position to the next call, so that nothing in between is missed.",
                       {{"events", std::move(events)}, {"is_complete", found.is_complete}});
  made.structure["position"] = found.next;
  made.texts.push_back("position: " + found.next);
  co_return made;
}

} // namespace

std::vector<tool> event_tools() {
  return {
      {.name = "wait_for_event",
       .title = "Wait for an event",
       .description =
           "Waits until something happens in the session: tasks of others that begin, change or end, changed "
           "files, conflicts and how they are settled. Answers at once with what has happened since the given "
           "position, and with nothing when the time is over. Use it instead of asking again and again.",
       .takes = {{.name = "position",
                  .description = "Where to go on from: the position of an earlier result. Left out: from now on."},
                 {.name = "kinds",
                  .kind = argument_kind::texts,
                  .description =
                      "Only these events, such as INTENT_WITHDRAW, RESOLUTION, FILE_UPDATED, CONFLICT_REPORT, "
                      "CONFLICT_ACK, INTENT_ANNOUNCE."},
                 {.name = "timeout_seconds",
                  .kind = argument_kind::number,
                  .description = "How long to wait at most; 30 when it is left out.",
                  .minimum = 0,
                  .maximum = longest_wait}},
       .output = answer_schema({{"events", schema::list_of(schema::object({{"event", schema::text()},
                                                                           {"text", schema::text("In words")},
                                                                           {"from", schema::text(), true},
                                                                           {"task", schema::text(), true},
                                                                           {"conflict", schema::text(), true},
                                                                           {"path", schema::text(), true}}))},
                                {"is_complete", schema::flag()}}),
       .hints = {.is_read_only = true},
       .act = wait_for_event},
  };
}

} // namespace mpac::client::mcp
