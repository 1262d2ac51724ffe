// A task for the agent, each change of which the person sees before it is committed.
#include "client/agent/agent.hpp"
#include "tools/mpac/join/room.hpp"
#include "tools/mpac/task_lines.hpp"
#include "tools/mpac/terminal/listings.hpp"

namespace mpac::tools::join {

namespace {

using client::agent::confirmation;

boost::asio::awaitable<confirmation> confirm(room& in, client::agent::proposed_change change) {
  in.say(terminal::styled_line().add(colour::bold, change.path).add(": " + change.summary));
  in.show(terminal::show_diff(change.path, change.before, change.after));
  if (in.is_interrupted)
    co_return confirmation::stop;
  if (!in.asks)
    co_return confirmation::commit;
  const terminal::styled_line question("Commit this? [y]es, [n]o, [s]top the task");
  const auto said = co_await in.with.ask(question);
  if (!said || *said == "s" || *said == "stop")
    co_return confirmation::stop;
  co_return *said == "y" || *said == "yes" ? confirmation::commit : confirmation::skip;
}

} // namespace

outcome work_on_task(room& in, std::string task) {
  auto model = model_of(in.thinks_with, in.on);
  if (!model)
    co_return in.sorry(exit_code::misused, model.error());
  in.is_interrupted = false;
  client::agent::agent_options how;
  how.on_step = [&in](const client::agent::step& step) { in.say(line_of(step)); };
  how.confirm = [&in](const client::agent::proposed_change& change) { return confirm(in, change); };
  client::agent::agent agent(in.by, std::move(*model), how);
  const auto report = co_await agent.execute_task(std::move(task));
  for (const auto& each : report.committed)
    in.seen.erase(each.path); // the agent has read it, not this person
  in.say(lines_of(report));
  co_return code_of(report);
}

} // namespace mpac::tools::join
