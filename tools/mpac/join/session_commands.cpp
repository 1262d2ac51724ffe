// Who is here, what is going on, and what can be typed.
#include "tools/mpac/join/room.hpp"
#include "tools/mpac/terminal/listings.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cctype>

namespace mpac::tools::join {

namespace {

using terminal::styled_line;
using terminal::styled_lines;

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char each) { return std::toupper(each); });
  return text;
}

/// Lists what the coordinator knows now.
template <class List>
outcome list_fresh(room& in, List list) {
  if (auto known = co_await in.by.overview(); !known)
    co_return in.sorry(known.error());
  in.say(list(in.by.view()));
  co_return exit_code::good;
}

} // namespace

outcome who(room& in) {
  return list_fresh(in, terminal::list_participants);
}

outcome list_intents(room& in) {
  return list_fresh(in, [](const client::session_view& of) { return terminal::list_intents(of, base::now()); });
}

outcome list_conflicts(room& in) {
  return list_fresh(in, terminal::list_conflicts);
}

outcome wait(room& in, const spoken_command& said) {
  std::vector<std::string> names;
  for (const auto& each : said.words)
    names.push_back(in_capitals(each));
  boost::asio::steady_timer limit(in.on, boost::asio::steady_timer::time_point::max());
  bool is_late = false;
  if (const auto typed = said.option("--timeout")) {
    const auto span = in.seconds(*typed);
    if (!span)
      co_return exit_code::misused;
    limit.expires_after(base::from_seconds(*span));
    limit.async_wait([&in, late = &is_late](boost::system::error_code failed) {
      if (failed)
        return;
      *late = true;
      in.happened.cancel();
    });
  }
  in.is_interrupted = false;
  for (;;) {
    while (!in.unpassed.empty()) {
      const auto next = in.unpassed.front();
      in.unpassed.pop_front();
      if (names.empty() || std::find(names.begin(), names.end(), in_capitals(std::string(next.name))) != names.end())
        co_return exit_code::good;
    }
    if (is_late)
      co_return in.sorry(exit_code::unreachable, "nothing of the kind happened in time");
    if (in.is_interrupted)
      co_return exit_code::bad;
    boost::system::error_code woken;
    co_await in.happened.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
}

exit_code help(room& in, const spoken_command& said) {
  if (const auto name = said.word(0)) {
    const auto* form = form_of(*name);
    if (!form)
      return in.sorry(exit_code::misused, "there is no command '" + *name + "'");
    auto line = styled_line().add(colour::bold, form->name).add(" ").add(form->usage);
    for (const auto& each : form->options)
      line.add(" [" + std::string(each.name) + " …]");
    in.say(styled_lines{line, styled_line("    " + std::string(form->summary))});
    return exit_code::good;
  }
  constexpr std::size_t column = 12;
  styled_lines lines;
  for (const auto& each : command_forms())
    lines.push_back(styled_line().add(colour::bold, terminal::fitted(each.name, column)).add(each.summary));
  lines.emplace_back(
      "`help COMMAND` tells what one takes. The start of an identifier stands for the whole; Tab completes.");
  in.say(lines);
  return exit_code::good;
}

} // namespace mpac::tools::join
