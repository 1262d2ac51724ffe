// The shared files as a person reads and changes them, with optimistic concurrency (SPEC 16.3).
#include "protocol/policy_words.hpp"
#include "protocol/workspace/state_ref.hpp"
#include "tools/mpac/join/room.hpp"
#include "tools/mpac/join/text_editor.hpp"
#include "tools/mpac/request_exit.hpp"
#include "tools/mpac/terminal/listings.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace mpac::tools::join {

using namespace protocol;
using boost::asio::awaitable;
using terminal::styled_line;
using terminal::styled_lines;

namespace {

std::optional<std::string> text_of(room& in, const std::string& file) {
  std::ifstream from(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(from), {}};
  if (from.is_open() && !from.bad())
    return text;
  in.sorry(exit_code::misused, "can't read " + file);
  return std::nullopt;
}

/// How the file is now. An error has been said. `may_be_new`: one that is not there is empty, a commit makes it.
awaitable<std::optional<seen_file>> fetch(room& in, std::string path, exit_code& failed, bool may_be_new = false) {
  auto file = co_await in.by.read_file(path);
  if (!file && may_be_new && file.error().what.ends_with(": File not found"))
    co_return seen_file{{}, state_ref_of({})};
  if (!file) {
    failed = in.sorry(file.error());
    co_return std::nullopt;
  }
  co_return seen_file{std::move(file->content), std::move(file->state_ref)};
}

/// A change that a person wants to make.
struct change {
  std::string path, after;
  seen_file before; ///< what the person knows
  std::string summary;
  std::optional<intent_id> under; ///< nothing: an intent that covers it, or one for this change alone
  bool is_proposed = false;
};

std::optional<intent_id> intent_covering(const room& in, const std::string& path) {
  for (const auto* each : in.by.view().mine())
    if (!each->is_suspended && covers_target(each->scope, path) == verdict::yes)
      return each->intent_id;
  return std::nullopt;
}

styled_lines conflicts_of(const room& in, const intent_id& mine) {
  styled_lines lines;
  for (const auto* each : in.by.view().my_conflicts()) {
    if (std::find(each->intents.begin(), each->intents.end(), mine) == each->intents.end())
      continue;
    for (const auto& intent : each->intents)
      if (const auto other = in.by.view().intents().find(intent);
          intent != mine && other != in.by.view().intents().end())
        lines.emplace_back(other->second.principal_id.str() + " works there: " + other->second.objective);
  }
  return lines;
}

outcome send(room& in, change& what, intent_id under) {
  op_commit commit;
  commit.op_id = op_id(client::participant::fresh_id("op-"));
  commit.intent_id = std::move(under);
  commit.target = what.path;
  commit.op_kind = "replace";
  commit.state_ref_before = what.before.state_ref;
  commit.state_ref_after = state_ref_of(what.after);
  if (!what.summary.empty())
    commit.summary = what.summary;
  commit.file_changes[what.path] = {what.after, what.before.state_ref};
  const auto& info = in.by.view().info();
  const bool waits = what.is_proposed || (info && info->execution_model == to_word(execution_model::pre_commit));
  if (waits)
    in.say("proposed " + what.path + "; waiting for the decision");
  // Not as a conditional operator behind co_await: g++ 12 moves the arguments of both sides there.
  auto asked = [&in](op_commit with, bool first) {
    if (first)
      return in.by.propose_and_commit(std::move(with));
    return in.by.commit(std::move(with));
  }(std::move(commit), waits);
  auto taken = co_await std::move(asked);
  if (taken) {
    in.seen[what.path] = {what.after, state_ref_of(what.after)};
    in.drafts.erase(what.path);
    in.say("committed " + what.path + ", now " + state_ref_of(what.after));
    co_return exit_code::good;
  }
  const auto refused = taken.error();
  in.sorry(refused);
  if (!refused.is(error_code::stale_state_ref))
    co_return code_of(refused);
  auto failed = exit_code::bad;
  if (auto now = co_await fetch(in, what.path, failed)) {
    in.say("Somebody was quicker. This has changed since you looked:");
    in.show(terminal::show_diff(what.path, what.before.content, now->content));
    in.say("Nothing was committed. `diff " + what.path + "` and `edit " + what.path + "` go on from there.");
    in.seen[what.path] = *now;
  }
  co_return exit_code::refused;
}

/// Intent before action: announces one for this change alone where none covers it (SPEC 15.1).
outcome carry_out(room& in, change& what) {
  auto under = what.under ? what.under : intent_covering(in, what.path);
  if (under) {
    const auto done = co_await send(in, what, *under);
    co_return done;
  }
  intent_announce announce;
  constexpr std::size_t short_enough = 10;
  announce.intent_id = intent_id(client::participant::fresh_id("i-").substr(0, short_enough));
  announce.objective = what.summary.empty() ? "Change " + what.path : what.summary;
  announce.scope = file_set({what.path});
  const auto mine = announce.intent_id;
  if (auto taken = co_await in.by.announce(std::move(announce)); !taken)
    co_return in.sorry(taken.error());
  // When this is answered, every conflict that the announcement has made has been told.
  auto done = exit_code::good;
  if (auto known = co_await in.by.overview(); !known)
    done = in.sorry(known.error());
  if (const auto others = conflicts_of(in, mine); done == exit_code::good && !others.empty()) {
    in.say(others);
    std::string question = "Commit all the same?";
    const bool agrees = co_await in.agrees(std::move(question));
    if (!agrees)
      done = in.sorry(exit_code::refused, "not committed: others work there");
  }
  if (done == exit_code::good)
    done = co_await send(in, what, mine);
  intent_withdraw last{mine, done == exit_code::good ? "done" : "not done"};
  (void)co_await in.by.withdraw(std::move(last));
  co_return done;
}

/// What the person knows of a file, read if that is nothing.
awaitable<std::optional<seen_file>> known_file(room& in, std::string path, exit_code& failed) {
  if (const auto at = in.seen.find(path); at != in.seen.end())
    co_return at->second;
  auto now = co_await fetch(in, path, failed, true);
  if (now)
    in.seen[path] = *now;
  co_return now;
}

/// `--intent`; false after an error has been said.
bool take_intent(room& in, const spoken_command& said, change& into) {
  const auto typed = said.option("--intent");
  if (typed)
    into.under = in.intent(*typed);
  return !typed || into.under;
}

} // namespace

outcome list_files(room& in) {
  auto listed = co_await in.by.list_files();
  if (!listed)
    co_return in.sorry(listed.error());
  styled_lines lines;
  constexpr std::size_t most_digits = 9;
  for (const auto& each : listed->files) {
    const auto size = std::to_string(each.size);
    auto line =
        styled_line().add(colour::dim, std::string(most_digits - std::min(size.size(), most_digits), ' ') + size);
    line.add("  ").add(each.path);
    for (const auto* other : in.by.view().others_holding(each.path))
      line.add(colour::yellow, "  " + other->principal_id.str());
    lines.push_back(std::move(line));
  }
  if (lines.empty())
    lines.emplace_back("the workspace holds no files");
  in.say(lines);
  co_return exit_code::good;
}

outcome show_file(room& in, const spoken_command& said) {
  auto failed = exit_code::bad;
  auto file = co_await fetch(in, said.words[0], failed);
  if (!file)
    co_return failed;
  styled_lines lines;
  for (const auto& each : terminal::lines_of(file->content))
    lines.emplace_back(each);
  in.show(lines);
  in.say(styled_line().add(colour::dim, said.words[0] + ", " + file->state_ref));
  in.seen[said.words[0]] = std::move(*file);
  co_return exit_code::good;
}

outcome show_difference(room& in, const spoken_command& said) {
  const auto& path = said.words[0];
  std::optional<std::string> mine;
  if (const auto file = said.word(1)) {
    mine = text_of(in, *file);
    if (!mine)
      co_return exit_code::misused;
  }
  auto failed = exit_code::bad;
  auto now = co_await fetch(in, path, failed);
  if (!now)
    co_return failed;
  const auto before = in.seen.find(path);
  if (!mine && before == in.seen.end())
    in.say("you have not looked at " + path + " before; from now on this shows what others change");
  else if (const auto lines = mine ? terminal::show_diff(path, now->content, *mine)
                                   : terminal::show_diff(path, before->second.content, now->content);
           lines.empty())
    in.say(mine ? "they are the same" : "nothing has changed since you looked");
  else
    in.show(lines);
  in.seen[path] = std::move(*now);
  co_return exit_code::good;
}

outcome edit_file(room& in, const spoken_command& said) {
  change what;
  what.path = said.words[0];
  what.summary = said.option("--summary").value_or("");
  if (!take_intent(in, said, what))
    co_return exit_code::misused;
  auto failed = exit_code::bad;
  auto now = co_await fetch(in, what.path, failed, true);
  if (!now)
    co_return failed;
  in.seen[what.path] = *now;
  what.before = *now;
  what.after = now->content;
  if (const auto draft = in.drafts.find(what.path); draft != in.drafts.end()) {
    in.say("this is your own text that was not committed; what others have changed since is not in it");
    what.after = draft->second;
  }
  for (;;) {
    auto edited = co_await edit_text(in.on, in.with, what.after, what.path);
    if (!edited)
      co_return in.sorry(exit_code::bad, edited.error());
    what.after = std::move(*edited);
    const auto lines = terminal::show_diff(what.path, what.before.content, what.after);
    if (lines.empty()) {
      in.say("nothing is changed");
      in.drafts.erase(what.path);
      co_return exit_code::good;
    }
    in.drafts[what.path] = what.after;
    if (!in.asks)
      break;
    in.show(lines);
    const styled_line question("Commit this? [y]es, [e]dit again, [N]o");
    const auto answer = co_await in.with.ask(question);
    if (answer && (*answer == "y" || *answer == "yes"))
      break;
    if (!answer || (*answer != "e" && *answer != "edit"))
      co_return in.sorry(exit_code::refused, "not committed; `edit " + what.path + "` goes on with your text");
  }
  const auto done = co_await carry_out(in, what);
  co_return done;
}

outcome commit_file(room& in, const spoken_command& said, bool is_proposed) {
  change what;
  what.path = said.words[0];
  what.summary = said.option("--summary").value_or("");
  what.is_proposed = is_proposed;
  auto mine = text_of(in, said.word(1).value_or(what.path));
  if (!mine || !take_intent(in, said, what))
    co_return exit_code::misused;
  what.after = std::move(*mine);
  auto failed = exit_code::bad;
  auto known = co_await known_file(in, what.path, failed);
  if (!known)
    co_return failed;
  what.before = std::move(*known);
  if (what.before.content == what.after) {
    in.say("nothing is changed");
    co_return exit_code::good;
  }
  const auto done = co_await carry_out(in, what);
  co_return done;
}

} // namespace mpac::tools::join
