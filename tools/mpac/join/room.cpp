#include "tools/mpac/join/room.hpp"

#include "tools/mpac/request_exit.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mpac::tools::join {

using terminal::styled_line;
using terminal::styled_lines;

namespace {

constexpr std::size_t hanging = 4;

template <class Id, class Map>
std::optional<Id> found(room& in, const std::string& typed, const Map& among, std::string_view what) {
  std::vector<std::string> ids;
  for (const auto& [id, each] : among) {
    if constexpr (std::is_same_v<std::decay_t<decltype(id)>, std::string>)
      ids.push_back(id);
    else
      ids.push_back(id.str());
  }
  auto made = id_beginning_with(typed, ids, what);
  if (made)
    return Id(*made);
  in.sorry(exit_code::misused, made.error());
  return std::nullopt;
}

} // namespace

void room::say(const styled_line& line) {
  const auto columns = with.columns();
  with.print(columns ? line.broken(*columns, hanging) : styled_lines{line});
}

void room::say(const styled_lines& lines) {
  styled_lines all;
  const auto columns = with.columns();
  for (const auto& each : lines) {
    auto broken = columns ? each.broken(*columns, hanging) : styled_lines{each};
    all.insert(all.end(), broken.begin(), broken.end());
  }
  with.print(all);
}

void room::show(const styled_lines& lines) {
  with.print(lines);
}

exit_code room::sorry(exit_code code, std::string_view why) {
  styled_lines lines;
  while (!why.empty()) {
    const auto end = std::min(why.find('\n'), why.size());
    lines.push_back(lines.empty() ? styled_line().add(colour::red, "error: ").add(why.substr(0, end))
                                  : styled_line(why.substr(0, end)));
    why.remove_prefix(std::min(end + 1, why.size()));
  }
  say(lines);
  return code;
}

exit_code room::sorry(const client::request_error& why) {
  sorry(code_of(why), client::describe(why));
  if (why.retry_after)
    say("it may be tried again in " + terminal::words_of(*why.retry_after));
  return code_of(why);
}

boost::asio::awaitable<bool> room::agrees(std::string question) {
  if (!asks)
    co_return true;
  const styled_line asked(question + " [y/N]");
  const auto said = co_await with.ask(asked);
  co_return said && (*said == "y" || *said == "yes" || *said == "Y");
}

std::optional<protocol::intent_id> room::intent(const std::string& typed) {
  return found<protocol::intent_id>(*this, typed, by.view().intents(), "intent");
}

std::optional<protocol::conflict_id> room::conflict(const std::string& typed) {
  return found<protocol::conflict_id>(*this, typed, by.view().conflicts(), "open conflict");
}

std::optional<protocol::claim_id> room::claim(const std::string& typed) {
  return found<protocol::claim_id>(*this, typed, claims, "claim that waits");
}

std::optional<double> room::seconds(const std::string& typed) {
  double value = 0;
  const auto [end, failed] = std::from_chars(typed.data(), typed.data() + typed.size(), value);
  if (failed == std::errc{} && end == typed.data() + typed.size() && std::isfinite(value) && value > 0)
    return value;
  sorry(exit_code::misused, "'" + typed + "' is no number of seconds");
  return std::nullopt;
}

base::result<std::string, std::string> id_beginning_with(const std::string& typed,
                                                         const std::vector<std::string>& among, std::string_view what) {
  using result = base::result<std::string, std::string>;
  std::vector<std::string> fits;
  for (const auto& each : among) {
    if (each == typed)
      return result{boost::system::in_place_value, each};
    if (!typed.empty() && each.starts_with(typed))
      fits.push_back(each);
  }
  if (fits.size() == 1)
    return result{boost::system::in_place_value, fits.front()};
  if (fits.empty())
    return base::fail("there is no " + std::string(what) + " '" + typed + "'");
  return base::fail("'" + typed + "' is the start of more than one " + std::string(what) + ": " + fits[0] + ", " +
                    fits[1] + (fits.size() > 2 ? " …" : ""));
}

} // namespace mpac::tools::join
