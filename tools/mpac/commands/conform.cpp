// `mpac conform`: tests whether a coordinator, anybody's, does what the protocol demands.
#include "tools/mpac/command.hpp"
#include "tools/mpac/conform/report.hpp"
#include "tools/mpac/conform/run.hpp"
#include "tools/mpac/seconds_option.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>

namespace mpac::tools::commands {
namespace {

struct wanted {
  conform::run_terms terms;
  std::vector<std::string> layers, names;
  double patience = 5, longest_wait = 10;
  bool as_json = false, lists = false;
};

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(seconds * 1000)));
}

exit_code list(const conform::selection& which, bool as_json, const console& with) {
  std::vector<conform::finding> rows;
  for (const auto& each : conform::all_checks())
    if (which.holds(each))
      rows.push_back({&each, conform::outcome::skipped, ""});
  if (as_json) {
    auto report = conform::as_json(rows, "", MPAC_VERSION);
    for (auto& each : report["checks"].as_array()) {
      each.as_object().erase("outcome");
      each.as_object().erase("seen");
    }
    with.out << json::serialize(report["checks"]) << '\n';
    return exit_code::good;
  }
  for (const auto& row : rows) {
    const auto& one = *row.of;
    with.out << word_of(one.layer) << ' ' << with.painted(colour::bold, one.name) << "  (" << word_of(one.level) << ' '
             << one.section << ")\n    " << one.expected << '\n';
  }
  return exit_code::good;
}

exit_code test(wanted what, const console& with) {
  const conform::selection which{{what.layers.begin(), what.layers.end()}, {what.names.begin(), what.names.end()}};
  for (const auto& name : which.names)
    if (std::none_of(conform::all_checks().begin(), conform::all_checks().end(),
                     [&](const conform::check& each) { return each.name == name; }))
      return with.sorry(exit_code::misused, "there is no check '" + printable(name) + "'; --list names them all");
  if (what.lists)
    return list(which, what.as_json, with);
  if (what.terms.url.empty())
    return with.sorry(exit_code::misused, "URL is required\nSee: mpac conform --help");
  if (const auto url = conform::session_url(what.terms.url, "s"); !url)
    return with.sorry(exit_code::misused, "the URL " + url.error());
  what.terms.how_long.answer = milliseconds(what.patience);
  what.terms.longest_wait = milliseconds(what.longest_wait);
  if (const auto why = conform::is_unreachable(what.terms))
    return with.sorry(exit_code::unreachable, *why);
  const auto findings = conform::play(what.terms, which, [&](const conform::finding& one) {
    if (!what.as_json)
      write_line(one, with);
  });
  if (what.as_json)
    with.out << indented(conform::as_json(findings, what.terms.url, MPAC_VERSION)) << '\n';
  else
    write_totals(findings, with);
  return conform::count(findings, conform::level::must).failed == 0 ? exit_code::good : exit_code::bad;
}

} // namespace

command conform() {
  return {
      .name = "conform",
      .summary = "Test whether a coordinator does what the protocol demands",
      .about =
          "Plays some hundred small scenes against a coordinator, ours or anybody's, and holds what it sends to the\n"
          "specification: each check names its section. Exit code 1 when a MUST failed. A SHOULD that failed is told "
          "and\n"
          "does not count; PRACTICE is what the specification leaves open and existing clients rely on. What the "
          "session's\n"
          "profile or policy rules out is skipped, with the reason.\n\n"
          "Each check has a session of its own: {session} in the URL stands for it, and /session/{session} is added to "
          "an\n"
          "address without a path. Of a coordinator that has one session only, give its name with --session.\n\n"
          "It leaves sessions behind, with intents and conflicts in them: do not test a hub that people work on. The "
          "open\n"
          "security profile is tested. docs/conformance.md tells more.",
      .examples = {{"mpac conform ws://127.0.0.1:8766", "everything"},
                   {"mpac conform 'wss://hub.example/rooms/{session}' --ca-file ca.pem --json > report.json",
                    "another path, TLS, for a script"},
                   {"mpac conform ws://127.0.0.1:8766 --layer intent --longest-wait 60",
                    "one layer, with what takes its time"},
                   {"mpac conform --list", "what is tested"}},
      .options = [](CLI::App& app) -> action {
        const auto what = std::make_shared<wanted>();
        app.add_option("URL", what->terms.url, "Where the coordinator listens: ws:// or wss://");
        app.add_option("--layer", what->layers, "Only this layer; repeat for more")
            ->check(
                CLI::IsMember({"session", "intent", "operation", "conflict", "governance", "files", "input", "wire"}))
            ->allow_extra_args(false);
        app.add_option("--check", what->names, "Only this check; repeat for more")
            ->type_name("NAME")
            ->allow_extra_args(false);
        app.add_option("--session", what->terms.session, "Play everything in this one session")->type_name("ID");
        auto* patience =
            app.add_option("--patience", what->patience, "How long to wait for what must come, in seconds");
        take_seconds(patience, 0.1, 600);
        auto* longest =
            app.add_option("--longest-wait", what->longest_wait,
                           "What takes longer by the session's policy is skipped: heartbeats, grace periods, TTLs");
        take_seconds(longest, 0, 3600);
        app.add_option("--ca-file", what->terms.ca_file, "Whom to believe over wss: PEM; else the system's authorities")
            ->type_name("FILE");
        app.add_flag("--json", what->as_json, "Print the report as JSON, when all is done");
        app.add_flag("--list", what->lists, "Print the checks instead of playing them");
        return [what](const console& with) { return test(*what, with); };
      }};
}

} // namespace mpac::tools::commands
