#include "tools/mpac/terminal/listings.hpp"

#include "client/agent/unified_diff.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>
#include <string>

namespace mpac::tools::terminal {
namespace {

colour colour_of(const protocol::principal_id& who, const client::session_view& in) {
  return who == in.me() ? colour::green : colour::bold;
}

std::string state_of(const client::known_intent& intent, base::instant now) {
  std::string state;
  if (intent.is_overdue)
    state = "  overdue";
  else if (intent.is_suspended)
    state = "  suspended";
  else if (intent.expires_at != base::never)
    state = "  for " + words_of(intent.expires_at - now);
  return state + (intent.claimed_by ? ", claimed by " + intent.claimed_by->str() : "");
}

} // namespace

styled_lines list_participants(const client::session_view& of) {
  styled_lines lines;
  std::size_t widest = 0;
  for (const auto& [id, each] : of.participants())
    widest = std::max(widest, columns_of(on_one_line(id.str())));
  constexpr std::size_t widest_useful = 32;
  for (const auto& [id, each] : of.participants()) {
    styled_line line;
    line.add(colour_of(id, of), fitted(on_one_line(id.str()), std::min(widest, widest_useful)));
    std::string roles;
    for (const auto& role : each.roles)
      roles += (roles.empty() ? "  " : ", ") + role;
    line.add(roles);
    if (!each.display_name.empty())
      line.add(colour::dim, "  \"" + each.display_name + '"');
    if (!each.is_available)
      line.add(colour::yellow, "  not here");
    lines.push_back(std::move(line));
  }
  if (lines.empty())
    lines.emplace_back("nobody is known to be here");
  return lines;
}

styled_lines list_intents(const client::session_view& of, base::instant now) {
  styled_lines lines;
  for (const auto& [id, each] : of.intents()) {
    lines.push_back(styled_line()
                        .add(short_id(id.str()) + "  ")
                        .add(colour_of(each.principal_id, of), each.principal_id.str())
                        .add("  " + words_of(each.scope))
                        .add(each.is_suspended || each.is_overdue ? colour::yellow : colour::dim, state_of(each, now)));
    lines.emplace_back("    " + each.objective);
  }
  if (lines.empty())
    lines.emplace_back("nobody has announced anything");
  return lines;
}

styled_lines list_conflicts(const client::session_view& of) {
  styled_lines lines;
  for (const auto& [id, each] : of.conflicts()) {
    lines.push_back(styled_line()
                        .add(colour::red, short_id(id.str()))
                        .add("  " + each.category + ", " + each.severity)
                        .add(each.escalated_to ? ", escalated to " + each.escalated_to->str() : std::string()));
    if (!each.description.empty())
      lines.emplace_back("    " + each.description);
    for (const auto& intent : each.intents) {
      const auto known = of.intents().find(intent);
      if (known == of.intents().end())
        lines.emplace_back("    " + short_id(intent.str()) + ", which has ended");
      else
        lines.emplace_back("    " + short_id(intent.str()) + " of " + known->second.principal_id.str() + ": " +
                           known->second.objective + "  " + words_of(known->second.scope));
    }
    for (const auto& operation : each.operations)
      lines.emplace_back("    operation " + short_id(operation.str()));
  }
  if (lines.empty())
    lines.emplace_back("nothing is disputed");
  return lines;
}

styled_lines show_diff(std::string_view path, std::string_view before, std::string_view after) {
  styled_lines lines;
  for (const auto& text : lines_of(client::agent::unified_diff(on_one_line(path), before, after))) {
    styled_line line;
    if (text.starts_with("+++") || text.starts_with("---") || text.starts_with("@@"))
      line.add(colour::bold, text);
    else if (text.starts_with("+"))
      line.add(colour::green, text);
    else if (text.starts_with("-"))
      line.add(colour::red, text);
    else
      line.add(text);
    lines.push_back(std::move(line));
  }
  return lines;
}

} // namespace mpac::tools::terminal
