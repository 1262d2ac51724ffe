#include "tools/mpac/join/desk.hpp"

#include "tools/mpac/terminal/event_line.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace mpac::tools::join {

namespace asio = boost::asio;
using terminal::styled_line;

namespace {

constexpr std::size_t remembered_events = 1000;

/// What the desk takes from an event beside its line.
struct origin_of {
  const client::origin* operator()(const auto& what) const {
    if constexpr (requires { what.from; })
      return &what.from;
    else
      return nullptr;
  }
};

bool is_own(const client::event& what, const protocol::principal_id& me) {
  if (const auto* file = std::get_if<protocol::file_updated>(&what))
    return file->updated_by == me;
  const auto* from = std::visit(origin_of{}, what);
  return from && from->is_mine;
}

} // namespace

desk::desk(client::participant& by, terminal::conversation& with, asio::any_io_executor on, desk_options how)
    : room_(by, with, on), how_(std::move(how)), done_(std::move(on)) {
  room_.thinks_with = how_.thinks_with;
  room_.asks = how_.asks;
  with.complete = [this](std::string_view text) { return complete(text); };
  with.on_interrupt = [this] { interrupt(); };
  show_standing();
}

outcome desk::run() {
  auto worst = exit_code::good;
  const bool is_watched = room_.with.columns().has_value();
  (void)co_await room_.by.list_files(); // for completion: refused is no harm
  while (!room_.leaves && !end_) {
    const auto line = co_await room_.with.next_line();
    if (!line)
      break;
    auto said = read_command(*line);
    std::optional<exit_code> code = exit_code::good;
    if (!said)
      code = room_.sorry(exit_code::misused, said.error());
    else if (*said)
      code = co_await attend(std::move(**said));
    if (is_watched || !code || *code == exit_code::good)
      continue;
    if (worst == exit_code::good)
      worst = *code;
    if (!how_.goes_on)
      break;
  }
  if (end_) {
    using reason = client::ended::reason;
    const bool is_well = end_->is == reason::left || end_->is == reason::session_closed;
    co_return is_well ? worst : exit_code::unreachable;
  }
  protocol::goodbye last{
      worst == exit_code::good ? protocol::goodbye_reason::user_exit : protocol::goodbye_reason::error, {}, {}};
  if (room_.leaves) {
    last.intent_disposition = *room_.leaves;
    for (const auto* each : room_.by.view().mine())
      last.active_intents.push_back(each->intent_id);
  }
  (void)co_await room_.by.leave(std::move(last));
  co_return worst;
}

asio::awaitable<std::optional<exit_code>> desk::attend(spoken_command said) {
  room_.is_interrupted = false;
  const auto code = std::make_shared<std::optional<exit_code>>();
  done_.expires_at(asio::steady_timer::time_point::max());
  asio::co_spawn(room_.on, carry_out(std::move(said)), [this, code](const std::exception_ptr& thrown, exit_code made) {
    *code = thrown ? exit_code::bad : made;
    done_.cancel();
  });
  while (!*code && !room_.is_interrupted && !end_) {
    boost::system::error_code woken;
    co_await done_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (!*code && room_.is_interrupted)
    room_.say("not waited for any longer; what comes of it is shown when it comes");
  co_return *code;
}

outcome desk::carry_out(spoken_command said) {
  using c = command_name;
  auto& in = room_;
  switch (said.which) {
  case c::files:
    co_return co_await list_files(in);
  case c::show:
    co_return co_await show_file(in, said);
  case c::diff:
    co_return co_await show_difference(in, said);
  case c::edit:
    co_return co_await edit_file(in, said);
  case c::commit:
  case c::propose:
    co_return co_await commit_file(in, said, said.which == c::propose);
  case c::intents:
    co_return co_await list_intents(in);
  case c::announce:
    co_return co_await announce(in, said);
  case c::update:
    co_return co_await update(in, said);
  case c::withdraw:
    co_return co_await withdraw(in, said);
  case c::defer:
    co_return co_await defer(in, said);
  case c::claim:
    co_return co_await claim(in, said);
  case c::judge:
    co_return co_await judge(in, said);
  case c::conflicts:
    co_return co_await list_conflicts(in);
  case c::ack:
    co_return co_await acknowledge(in, said);
  case c::resolve:
    co_return co_await resolve(in, said);
  case c::escalate:
    co_return co_await escalate(in, said);
  case c::task:
    co_return co_await work_on_task(in, said.rest(0));
  case c::who:
    co_return co_await who(in);
  case c::wait:
    co_return co_await wait(in, said);
  case c::help:
    co_return help(in, said);
  case c::quit:
    const auto how = protocol::from_word<protocol::intent_disposition>(said.word(0).value_or("withdraw"));
    if (!how)
      co_return in.sorry(exit_code::misused, "'" + said.words[0] + "' is none of withdraw, transfer, expire");
    in.leaves = *how;
    co_return exit_code::good;
  }
  co_return exit_code::bad;
}

void desk::hear(const client::event& what) {
  const auto& me = room_.by.view().me();
  if (const auto* waits = std::get_if<client::claim_waits>(&what))
    room_.claims[waits->claim_id.str()] = waits->claimed_by.str();
  if (const auto* decided = std::get_if<client::heard<protocol::intent_claim_status>>(&what))
    room_.claims.erase(decided->said.claim_id.str());
  is_lost_ = std::holds_alternative<client::connection_lost>(what) ||
             (is_lost_ && !std::holds_alternative<client::joined>(what));
  is_silent_ = std::holds_alternative<client::coordinator_silent>(what) ||
               (is_silent_ && !std::holds_alternative<client::coordinator_back>(what));
  if (!is_own(what, me)) {
    if (auto line = terminal::line_of(what, me))
      room_.say(styled_line().add(colour::dim, terminal::time_of_day(base::now()) + " ").append(*line));
    room_.unpassed.push_back({client::name_of(what)});
    if (room_.unpassed.size() > remembered_events)
      room_.unpassed.pop_front();
    room_.happened.cancel();
  }
  show_standing();
  if (const auto* end = std::get_if<client::ended>(&what)) {
    end_ = *end;
    done_.cancel();
    room_.with.stop();
  }
}

void desk::interrupt() {
  room_.is_interrupted = true;
  room_.happened.cancel();
  done_.cancel();
}

void desk::leave() {
  interrupt();
  room_.with.stop();
}

void desk::show_standing() {
  const auto& info = room_.by.view().info();
  std::string prompt = info ? info->session_id.str() : std::string("mpac");
  if (is_lost_)
    prompt += " (connection lost)";
  else if (is_silent_)
    prompt += " (coordinator silent)";
  room_.with.set_prompt(terminal::on_one_line(prompt) + "> ");
}

terminal::completion desk::complete(std::string_view text) const {
  known_names more;
  for (const auto& [id, whose] : room_.claims)
    more.claims.push_back(id);
  auto found = candidates_for(text, room_.by.view(), more);
  auto common = found.common();
  return {found.begin, std::move(found.words), std::move(common), found.is_unfinished};
}

} // namespace mpac::tools::join
