// `mpac sessions`: what sessions a hub has.
#include "base/percent_encoding.hpp"
#include "tools/mpac/admin.hpp"
#include "tools/mpac/command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>

namespace mpac::tools::commands {
namespace {

/// The list comes in pages; nobody has more of them than this.
constexpr std::size_t most_pages = 100'000;
constexpr std::string_view first_page = "/api/v1/sessions?limit=1000";

struct column {
  std::string_view heading, member;
};
constexpr std::array columns{column{"SESSION", "session_id"},
                             column{"STATE", "state"},
                             column{"PEOPLE", "participants"},
                             column{"INTENTS", "active_intents"},
                             column{"CONFLICTS", "open_conflicts"},
                             column{"CLOCK", "lamport_clock"},
                             column{"LOADED", "loaded"}};

std::string cell(const json::value& row, std::string_view member) {
  const auto* found = find(row, member);
  if (!found)
    return "-";
  if (const auto* flag = found->if_bool())
    return *flag ? "yes" : "no";
  return printable(found->is_string() ? std::string(found->get_string()) : json::serialize(*found));
}

void write_table(const json::array& rows, const console& with) {
  std::array<std::size_t, columns.size()> widths{};
  for (std::size_t at = 0; at < columns.size(); ++at) {
    widths[at] = columns[at].heading.size();
    for (const auto& row : rows)
      widths[at] = std::max(widths[at], cell(row, columns[at].member).size());
  }
  const auto line = [&](auto&& text_of) {
    std::string line;
    for (std::size_t at = 0; at < columns.size(); ++at) {
      std::string text(text_of(columns[at]));
      text.resize(at + 1 == columns.size() ? text.size() : widths[at] + 2, ' ');
      line += text;
    }
    return line;
  };
  with.out << with.painted(colour::bold, line([](const column& c) { return c.heading; })) << '\n';
  for (const auto& row : rows)
    with.out << line([&](const column& c) { return cell(row, c.member); }) << '\n';
}

exit_code list(const admin_access& how, bool as_json, const console& with) {
  json::array rows;
  std::string after;
  for (std::size_t page = 0; page < most_pages; ++page) {
    const auto reply = ask_admin(
        how, with, "GET", std::string(first_page) + (after.empty() ? "" : "&after=" + base::percent_encoded(after)));
    if (!reply)
      return reply.error();
    const auto answer = read_answer(*reply, with);
    if (!answer)
      return answer.error();
    const auto* sessions = find(*answer, "sessions");
    if (!sessions || !sessions->is_array())
      return with.sorry(exit_code::bad, "the answer has no list of sessions");
    rows.insert(rows.end(), sessions->get_array().begin(), sessions->get_array().end());
    const std::string next(text_at(*answer, "next"));
    if (next.empty() || next == after)
      break;
    after = next;
  }
  if (as_json)
    with.out << json::serialize(json::value{{"sessions", std::move(rows)}}) << '\n';
  else if (rows.empty())
    with.out << "no sessions\n";
  else
    write_table(rows, with);
  return exit_code::good;
}

} // namespace

command sessions() {
  return {
      .name = "sessions",
      .summary = "List the sessions of a hub",
      .about = about_admin_access,
      .examples = {{"mpac sessions", "those of the hub on this machine"},
                   {"mpac sessions --admin https://hub.example:8767 --token-file ~/.mpac-token", "those of another"},
                   {"mpac sessions --json | jq -r '.sessions[].session_id'", "for a script: {\"sessions\": [...]}"}},
      .options = [](CLI::App& app) -> action {
        const auto how = add_admin_options(app);
        const auto as_json = std::make_shared<bool>(false);
        app.add_flag("--json", *as_json, "Print {\"sessions\": [...]} as one line of JSON");
        return [how, as_json](const console& with) { return list(*how, *as_json, with); };
      }};
}

} // namespace mpac::tools::commands
