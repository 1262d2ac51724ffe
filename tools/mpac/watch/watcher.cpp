#include "tools/mpac/watch/watcher.hpp"

#include "client/participant.hpp"
#include "tools/mpac/request_exit.hpp"
#include "tools/mpac/terminal/event_line.hpp"
#include "tools/mpac/terminal/session_words.hpp"
#include "tools/mpac/watch/event_json.hpp"
#include "tools/mpac/watch/full_screen.hpp"
#include "tools/mpac/watch/page.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include <unistd.h>

namespace mpac::tools::watch {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using steady = std::chrono::steady_clock;
using terminal::styled_line;

constexpr std::size_t remembered = 500;
/// Who comes is not told to the others, and neither is a conflict to those who are no party: both are asked for, from
/// time to time, and soon when something tells that there is news.
constexpr std::chrono::seconds census_interval{3};
constexpr std::chrono::milliseconds least_between_censuses{250};
constexpr std::chrono::seconds clock_interval{1};

/// Who speaks, and whether it may lead to a conflict.
struct sign_of_news {
  const protocol::principal_id* who = nullptr;
  bool may_dispute = false;
};

struct read_sign {
  template <class T>
  sign_of_news operator()(const client::heard<T>& what) const {
    constexpr bool touches_intents = std::is_same_v<T, protocol::intent_announce> ||
                                     std::is_same_v<T, protocol::intent_update> ||
                                     std::is_same_v<T, protocol::intent_claim>;
    return {what.from.is_coordinator ? nullptr : &what.from.principal, touches_intents};
  }
  sign_of_news operator()(const auto&) const { return {}; }
};

class watcher {
public:
  watcher(asio::io_context& io, client::options how, form as, const console& with)
      : io_(io), by_(io.get_executor(), how), as_(as), with_(with), keys_(io), signals_(io, SIGINT, SIGTERM, SIGHUP),
        clock_(io), census_(io), over_(io) {
    seen_.where = how.url;
    over_.expires_at(asio::steady_timer::time_point::max());
  }

  awaitable<exit_code> run() {
    if (auto info = co_await by_.join(); !info)
      co_return with_.sorry(code_of(info.error()), printable(client::describe(info.error())));
    seen_.session = by_.view().info()->session_id.str();
    seen_.since = base::now();
    if (as_ == form::page)
      screen_.emplace(with_.is_out_coloured);
    while (const auto waiting = by_.take_event())
      hear(*waiting);
    by_.on_event([this](const client::event& what) { hear(what); });
    asio::co_spawn(io_, heed_signals(), asio::detached);
    asio::co_spawn(io_, count_people(), asio::detached);
    if (screen_) {
      asio::co_spawn(io_, heed_keys(), asio::detached);
      asio::co_spawn(io_, keep_time(), asio::detached);
    }
    while (!is_over_) {
      boost::system::error_code woken;
      co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    screen_.reset();
    if (!end_ && seen_.is != standing::lost) {
      protocol::goodbye last{protocol::goodbye_reason::user_exit, {}, {}};
      (void)co_await by_.leave(std::move(last));
    }
    using reason = client::ended::reason;
    if (end_ && end_->is != reason::left && as_ == form::page)
      with_.out << "mpac watch: " << printable(end_->why) << '\n';
    const bool is_well = !end_ || end_->is == reason::left || end_->is == reason::session_closed;
    co_return is_well ? exit_code::good : exit_code::unreachable;
  }

private:
  void end() {
    is_over_ = true;
    over_.cancel();
  }

  void hear(const client::event& what) {
    const auto now = base::now();
    if (as_ == form::json)
      with_.out << to_json(what, now) << '\n' << std::flush;
    stand(what, now);
    if (tells_of_news(what))
      hasten_census();
    if (const auto* report = std::get_if<client::heard<protocol::conflict_report>>(&what))
      disputes_.insert(report->said.conflict_id);
    const bool is_commit = std::holds_alternative<client::heard<protocol::op_commit>>(what) ||
                           std::holds_alternative<client::heard<protocol::op_batch_commit>>(what);
    if (auto line = terminal::line_of(what, by_.view().me()))
      note(std::move(*line), now, is_commit);
    if (const auto* ended = std::get_if<client::ended>(&what)) {
      end_ = *ended;
      end();
    }
  }

  void note(styled_line line, base::instant now, bool is_commit = false) {
    if (as_ == form::lines)
      with_.out << styled_line()
                       .add(colour::dim, terminal::time_of_day(now) + " ")
                       .append(line)
                       .painted(with_.is_out_coloured)
                << '\n'
                << std::flush;
    auto& kept = is_commit ? seen_.commits : seen_.events;
    kept.push_back({now, std::move(line)});
    if (kept.size() > remembered)
      kept.pop_front();
    draw();
  }

  void stand(const client::event& what, base::instant now) {
    auto is = seen_.is;
    if (const auto* lost = std::get_if<client::connection_lost>(&what)) {
      is = standing::lost;
      seen_.why = lost->why;
    } else if (std::holds_alternative<client::coordinator_silent>(what) && is == standing::connected) {
      is = standing::silent;
    } else if (std::holds_alternative<client::joined>(what) || std::holds_alternative<client::coordinator_back>(what)) {
      is = standing::connected;
    }
    if (is != seen_.is) {
      seen_.is = is;
      seen_.since = now;
    }
  }

  void draw() {
    if (!screen_)
      return;
    const auto size = full_screen::size();
    screen_->draw(page(seen_, by_.view(), base::now(), size.columns, size.rows));
  }

  [[nodiscard]] bool tells_of_news(const client::event& what) {
    if (std::holds_alternative<client::joined>(what))
      return true;
    if (const auto* status = std::get_if<client::heard<protocol::coordinator_status>>(&what)) {
      // Its heartbeats count whom it knows (SPEC 14.6).
      const auto& people = by_.view().participants();
      const auto here =
          std::count_if(people.begin(), people.end(), [](auto& each) { return each.second.is_available; });
      const auto open = static_cast<std::int64_t>(by_.view().conflicts().size());
      return status->said.active_participants.value_or(here) != here ||
             status->said.open_conflicts.value_or(open) != open;
    }
    const auto sign = std::visit(read_sign{}, what);
    // Whom the last census has not brought the next one may not bring either: a summary may be abridged.
    return sign.may_dispute || (sign.who && !here_.contains(*sign.who) && looked_for_.insert(*sign.who).second);
  }

  void hasten_census() {
    next_census_ = std::min(next_census_, last_census_ + least_between_censuses);
    census_.cancel();
  }

  awaitable<void> count_people() {
    for (bool is_first = true; !is_over_;) {
      last_census_ = steady::now();
      next_census_ = last_census_ + census_interval;
      auto all = co_await by_.overview();
      if (all && !is_over_) {
        take_census(*all, is_first);
        is_first = false;
      }
      while (!is_over_ && steady::now() < next_census_) {
        census_.expires_at(next_census_);
        boost::system::error_code woken;
        co_await census_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      }
    }
  }

  void take_census(const protocol::session_overview& all, bool is_first) {
    auto before = std::exchange(here_, {});
    for (const auto& each : all.participants) {
      if (!each.is_available)
        continue;
      here_.insert(each.principal_id);
      looked_for_.erase(each.principal_id);
      if (!is_first && !before.contains(each.principal_id))
        arrived(each);
    }
    for (const auto& each : all.open_conflicts)
      if (disputes_.insert(each.conflict_id).second && !is_first)
        tell(each);
    draw();
  }

  void tell(const protocol::conflict_summary& what) {
    if (as_ == form::json)
      with_.out << dispute_json(what, base::now()) << '\n' << std::flush;
    note(styled_line()
             .add(colour::red, "conflict ")
             .add(terminal::short_id(what.conflict_id.str()) + ": " + what.category + ", " + what.severity +
                  (what.principal_a ? ": " + what.principal_a->str() : std::string()) +
                  (what.principal_b ? " and " + what.principal_b->str() : std::string())),
         base::now());
  }

  void arrived(const protocol::participant_summary& who) {
    std::string roles;
    for (const auto& role : who.roles)
      roles += (roles.empty() ? "" : ", ") + role;
    if (as_ == form::json)
      with_.out << arrival_json(who, base::now()) << '\n' << std::flush;
    note(styled_line().add(colour::bold, who.principal_id.str()).add(" is here (" + roles + ")"), base::now());
  }

  awaitable<void> keep_time() {
    while (!is_over_) {
      draw();
      clock_.expires_after(clock_interval);
      boost::system::error_code woken;
      co_await clock_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
  }

  awaitable<void> heed_keys() {
    boost::system::error_code failed;
    keys_.assign(dup(STDIN_FILENO), failed);
    while (!failed && !is_over_) {
      std::array<char, 16> pressed{};
      const auto count =
          co_await keys_.async_read_some(asio::buffer(pressed), asio::redirect_error(asio::use_awaitable, failed));
      for (std::size_t at = 0; at < count; ++at)
        if (pressed[at] == 'q' || pressed[at] == 'Q')
          end();
    }
    if (failed && !is_over_)
      end(); // the terminal has gone
  }

  awaitable<void> heed_signals() {
    if (screen_)
      for (const int each : {SIGWINCH, SIGTSTP, SIGCONT})
        signals_.add(each);
    while (!is_over_) {
      boost::system::error_code failed;
      const int which = co_await signals_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
      if (failed)
        co_return;
      if (which == SIGTSTP) {
        screen_->leave();
        kill(getpid(), SIGSTOP);
      } else if (which == SIGCONT) {
        screen_->enter();
        draw();
      } else if (which == SIGWINCH) {
        draw();
      } else {
        end();
      }
    }
  }

  asio::io_context& io_;
  client::participant by_;
  form as_;
  const console& with_;
  std::optional<full_screen> screen_;
  asio::posix::stream_descriptor keys_;
  asio::signal_set signals_;
  asio::steady_timer clock_, census_, over_;
  steady::time_point last_census_, next_census_;
  watched seen_;
  std::set<protocol::principal_id> here_;       ///< at the last census
  std::set<protocol::principal_id> looked_for_; ///< were heard, and brought a census forward that had them not
  std::set<protocol::conflict_id> disputes_;    ///< told already: only their parties are sent a report
  std::optional<client::ended> end_;
  bool is_over_ = false;
};

} // namespace

exit_code look_on(client::options how, form as, const console& with) {
  asio::io_context io(1);
  watcher watches(io, std::move(how), as, with);
  auto code = exit_code::bad;
  std::exception_ptr broken;
  asio::co_spawn(io, watches.run(), [&](std::exception_ptr thrown, exit_code made) {
    broken = thrown;
    code = made;
    io.stop();
  });
  io.run();
  if (broken)
    std::rethrow_exception(broken);
  return code;
}

} // namespace mpac::tools::watch
