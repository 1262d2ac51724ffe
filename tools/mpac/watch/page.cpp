#include "tools/mpac/watch/page.hpp"

#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>

namespace mpac::tools::watch {
namespace {

using terminal::fitted;
using terminal::on_one_line;
using terminal::short_id;
using terminal::styled_line;
using terminal::styled_lines;
using terminal::words_of;

/// From here on what happened stands beside how it stands.
constexpr std::size_t wide = 110;

struct section {
  std::string title;
  styled_lines lines;
  bool shows_last = false; ///< where not all fit: the newest, which stand at the end
};

/// Others' words may be of any length.
std::string shortened(const std::string& text, std::size_t columns) {
  return terminal::cut_to(on_one_line(text), columns);
}

/// A word in a column.
std::string cell(const std::string& text, std::size_t columns) {
  return fitted(on_one_line(text), columns) + "  ";
}

/// As wide as the widest of these words, and no wider than that.
std::size_t column_for(const std::vector<std::string>& words, std::size_t widest) {
  std::size_t columns = 0;
  for (const auto& each : words)
    columns = std::max(columns, terminal::columns_of(on_one_line(each)));
  return std::min(columns, widest);
}

section participants(const client::session_view& of, std::size_t columns) {
  section made{"PARTICIPANTS", {}};
  std::vector<std::string> names;
  for (const auto& [id, each] : of.participants())
    names.push_back(id.str());
  const auto name = column_for(names, columns / 3);
  for (const auto& [id, each] : of.participants()) {
    std::string roles;
    for (const auto& role : each.roles)
      roles += (roles.empty() ? "" : ", ") + role;
    styled_line line("  ");
    line.add(id == of.me() ? colour::dim : colour::bold, cell(id.str(), name));
    // What stands behind may be of any length, and the row ends somewhere.
    if (id == of.me())
      line.add(colour::dim, "this page  ");
    else if (!each.is_available)
      line.add(colour::red, "not here  ");
    line.add(roles);
    if (!each.display_name.empty() && id != of.me())
      line.add(colour::dim, "  \"" + each.display_name + '"');
    made.lines.push_back(std::move(line));
  }
  return made;
}

section intents(const client::session_view& of, base::instant now, std::size_t columns) {
  section made{"INTENTS", {}};
  std::vector<std::string> names, places;
  for (const auto& [id, each] : of.intents()) {
    names.push_back(each.principal_id.str());
    places.push_back(words_of(each.scope));
  }
  const auto name = column_for(names, columns / 4), where = column_for(places, columns / 3);
  for (const auto& [id, each] : of.intents()) {
    styled_line line("  ");
    line.add(colour::bold, cell(each.principal_id.str(), name)).add(cell(words_of(each.scope), where));
    if (each.is_overdue)
      line.add(colour::yellow, "overdue: ");
    else if (each.is_suspended)
      line.add(colour::yellow, each.claimed_by ? "claimed by " + each.claimed_by->str() + ": " : "suspended: ");
    line.add(each.objective);
    if (!each.is_overdue && !each.is_suspended && each.expires_at != base::never)
      line.add(colour::dim, "  " + words_of(each.expires_at - now));
    made.lines.push_back(std::move(line));
  }
  return made;
}

section conflicts(const client::session_view& of, std::size_t columns) {
  section made{"CONFLICTS", {}};
  const auto name = columns / 4; // of two parties, so that both are seen
  for (const auto& [id, each] : of.conflicts()) {
    styled_line line("  ");
    line.add(colour::red, each.category + ", " + each.severity);
    if (each.escalated_to)
      line.add(colour::yellow, "  escalated to " + shortened(each.escalated_to->str(), name));
    std::string who;
    for (const auto& party : each.parties)
      who += (who.empty() ? "  " : " and ") + shortened(party.str(), name);
    line.add(who);
    if (!each.description.empty())
      line.add("  " + each.description);
    line.add(colour::dim, "  " + short_id(id.str()));
    made.lines.push_back(std::move(line));
  }
  return made;
}

section moments(std::string title, const std::deque<moment>& of) {
  section made{std::move(title), {}, true};
  for (const auto& each : of)
    made.lines.push_back(styled_line("  ").add(colour::dim, terminal::time_of_day(each.when) + "  ").append(each.line));
  return made;
}

/// A section in so many rows, its title included.
styled_lines shown(const section& of, std::size_t rows, std::size_t columns) {
  styled_lines lines;
  if (rows == 0)
    return lines;
  const auto count = of.lines.size();
  lines.push_back(styled_line()
                      .add(colour::bold, of.title)
                      .add(colour::dim, of.shows_last ? "" : "  " + std::to_string(count))
                      .cut(columns));
  const auto place = rows - 1;
  if (place == 0)
    return lines;
  if (count == 0)
    lines.push_back(styled_line().add(colour::dim, "  none").cut(columns));
  if (of.shows_last) {
    for (auto at = count - std::min(count, place); at < count; ++at)
      lines.push_back(of.lines[at].cut(columns));
    return lines;
  }
  // In a single row one of them tells more than that there are others: the title has their number.
  const auto whole = count <= place ? count : std::max<std::size_t>(place - 1, 1);
  for (std::size_t at = 0; at < whole; ++at)
    lines.push_back(of.lines[at].cut(columns));
  if (whole < count && whole < place)
    lines.push_back(styled_line().add(colour::dim, "  … and " + std::to_string(count - whole) + " more").cut(columns));
  return lines;
}

/// Sections below each other in so many rows: each gets what it needs where that is no more than its share; what one
/// does not need the later ones get, and what is left then goes to the last.
styled_lines stacked(const std::vector<section>& sections, std::size_t rows, std::size_t columns) {
  std::vector<std::size_t> needs, given(sections.size(), 0);
  for (const auto& each : sections)
    needs.push_back(1 + std::max<std::size_t>(each.lines.size(), 1));
  for (std::size_t left = rows, round = 0; left > 0 && round < rows; ++round)
    for (std::size_t at = 0; at < sections.size() && left > 0; ++at)
      if (given[at] < needs[at]) {
        const std::size_t step = given[at] == 0 && left > 1 ? 2 : 1; // a title alone tells nothing
        given[at] += step;
        left -= step;
      }
  styled_lines lines;
  for (std::size_t at = 0; at < sections.size(); ++at)
    for (auto& each : shown(sections[at], given[at], columns))
      lines.push_back(std::move(each));
  return lines;
}

styled_line heading(const watched& what, base::instant now, std::size_t columns) {
  styled_line line;
  line.add(colour::bold, shortened(what.session, columns / 4)); // how it stands matters more
  const auto span = words_of(now - what.since);
  switch (what.is) {
  case standing::connected:
    line.add("  ").add(colour::green, "connected");
    break;
  case standing::silent:
    line.add("  ").add(colour::red, "THE COORDINATOR HAS BEEN SILENT for " + span).add(": this may be out of date");
    break;
  case standing::lost:
    line.add("  ").add(colour::red, "CONNECTION LOST for " + span).add(": this is how it was. " + what.why);
    break;
  }
  line.add(colour::dim, "  " + what.where);
  return line;
}

styled_lines beside(const styled_lines& left, const styled_lines& right, std::size_t left_columns,
                    std::size_t right_columns) {
  styled_lines lines;
  for (std::size_t at = 0; at < std::max(left.size(), right.size()); ++at) {
    styled_line line;
    if (at < left.size())
      line.append(left[at].cut(left_columns));
    line.add(std::string(left_columns - std::min(left_columns, line.columns()), ' '));
    line.add(colour::dim, " │ ");
    if (at < right.size())
      line.append(right[at].cut(right_columns));
    lines.push_back(std::move(line));
  }
  return lines;
}

} // namespace

styled_lines page(const watched& what, const client::session_view& of, base::instant now, std::size_t columns,
                  std::size_t rows) {
  styled_lines lines;
  if (rows == 0 || columns == 0)
    return lines;
  lines.push_back(heading(what, now, columns).cut(columns));
  const auto foot = styled_line().add(colour::dim, terminal::time_of_day(now) + "  q quits").cut(columns);
  constexpr std::size_t least_rows = 4;
  if (rows < least_rows)
    return lines;
  const auto place = rows - 3; // heading, an empty line, foot
  lines.emplace_back();
  if (columns < wide) {
    for (auto& each : stacked({participants(of, columns), intents(of, now, columns), conflicts(of, columns),
                               moments("COMMITS", what.commits), moments("EVENTS", what.events)},
                              place, columns))
      lines.push_back(std::move(each));
  } else {
    const auto gap = std::size_t{3}, left = (columns - gap) * 11 / 20, right = columns - gap - left;
    const auto standing = stacked({participants(of, left), intents(of, now, left), conflicts(of, left)}, place, left);
    const auto news = stacked({moments("COMMITS", what.commits), moments("EVENTS", what.events)}, place, right);
    for (auto& each : beside(standing, news, left, right))
      lines.push_back(std::move(each));
  }
  while (lines.size() + 1 < rows)
    lines.emplace_back();
  lines.push_back(foot);
  return lines;
}

} // namespace mpac::tools::watch
