#include "tools/mpac/join/spoken_command.hpp"

#include "tools/mpac/join/typed_words.hpp"

#include <algorithm>

namespace mpac::tools::join {
namespace {

using m = meaning;
using c = command_name;

const std::vector<command_form>& table() {
  static const std::vector<option_form> of_changes = {{"--summary"}, {"--intent", m::my_intent}};
  static const std::vector<option_form> of_scopes = {{"--ttl"}, {"--kind", m::scope_kind}};
  static const std::vector<option_form> of_updates = {{"--objective"}, {"--ttl"}};
  static const std::vector<option_form> of_outcomes = {{"--accept", m::intent}, {"--reject", m::intent}};
  // clang-format off
  static const std::vector<command_form> forms = {
    {c::files, "files", "", "the files of the shared workspace", {}, 0, 0},
    {c::show, "show", "PATH", "what is in a file", {m::workspace_path}, 1, 1},
    {c::diff, "diff", "PATH [FILE]", "what changed since you last looked; with FILE, what it would change", {m::workspace_path, m::local_file}, 1, 2},
    {c::edit, "edit", "PATH", "opens your editor, shows the change, asks, commits", {m::workspace_path}, 1, 1, of_changes},
    {c::commit, "commit", "PATH [FILE]", "commits what is in FILE on your disk (else in ./PATH)", {m::workspace_path, m::local_file}, 1, 2, of_changes},
    {c::propose, "propose", "PATH [FILE]", "the same, asking first: waits until it is authorised", {m::workspace_path, m::local_file}, 1, 2, of_changes},
    {c::intents, "intents", "", "who works on what", {}, 0, 0},
    {c::announce, "announce", "OBJECTIVE PATH...", "says what you are about to change, and where", {m::text, m::workspace_path}, 2, any_number, of_scopes},
    {c::update, "update", "INTENT [PATH...]", "changes where, or with --objective what for, or --ttl how long", {m::my_intent, m::workspace_path}, 1, any_number, of_updates},
    {c::withdraw, "withdraw", "[INTENT] [REASON...]", "takes an intent back; your only one need not be named", {m::my_intent, m::text}, 0, any_number},
    {c::defer, "defer", "PATH...", "says that you wait for others to finish there", {m::workspace_path}, 1, any_number, {{"--reason"}, {"--ttl"}}},
    {c::claim, "claim", "INTENT [OBJECTIVE...]", "takes over the intent of somebody who is lost", {m::lost_intent, m::text}, 1, any_number},
    {c::judge, "judge", "CLAIM VERDICT [REASON...]", "approves, rejects or objects to somebody's claim", {m::claim, m::verdict, m::text}, 2, any_number},
    {c::conflicts, "conflicts", "", "what is disputed, and between whom", {}, 0, 0},
    {c::ack, "ack", "CONFLICT [seen|accepted|disputed]", "says that you know of a conflict", {m::conflict, m::acknowledgement}, 1, 2},
    {c::resolve, "resolve", "CONFLICT DECISION [RATIONALE...]", "settles it; --accept and --reject say whose way", {m::conflict, m::decision, m::text}, 2, any_number, of_outcomes},
    {c::escalate, "escalate", "CONFLICT PRINCIPAL REASON...", "hands a conflict to somebody who may decide", {m::conflict, m::principal, m::text}, 3, any_number},
    {c::task, "task", "WHAT...", "the agent does it; each change is shown, and committed if you say so", {m::text}, 1, any_number},
    {c::who, "who", "", "who is here", {}, 0, 0},
    {c::wait, "wait", "[EVENT...]", "until others have done something that no wait has passed yet", {m::event_name}, 0, any_number, {{"--timeout"}}},
    {c::help, "help", "[COMMAND]", "this list, or one command", {m::command_name}, 0, 1},
    {c::quit, "quit", "[withdraw|transfer|expire]", "leaves; your intents are withdrawn if nothing else is said", {m::text}, 0, 1},
  };
  // clang-format on
  return forms;
}

std::string usage_of(const command_form& form) {
  std::string usage(form.name);
  if (!form.usage.empty())
    usage += " " + std::string(form.usage);
  for (const auto& each : form.options)
    usage += " [" + std::string(each.name) + " …]";
  return usage;
}

} // namespace

std::span<const command_form> command_forms() {
  return table();
}

const command_form* form_of(std::string_view name) {
  const auto found = std::find_if(table().begin(), table().end(), [&](const auto& each) { return each.name == name; });
  return found == table().end() ? nullptr : &*found;
}

std::optional<std::string> spoken_command::word(std::size_t at) const {
  return at < words.size() ? std::optional(words[at]) : std::nullopt;
}

std::string spoken_command::rest(std::size_t from) const {
  std::string all;
  for (std::size_t at = from; at < words.size(); ++at)
    all += (at == from ? "" : " ") + words[at];
  return all;
}

std::optional<std::string> spoken_command::option(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> spoken_command::all(const std::string& name) const {
  std::vector<std::string> values;
  const auto [from, to] = options.equal_range(name);
  for (auto at = from; at != to; ++at)
    values.push_back(at->second);
  return values;
}

base::result<std::optional<spoken_command>, std::string> read_command(std::string_view line) {
  using read = base::result<std::optional<spoken_command>, std::string>;
  const auto first = line.find_first_not_of(" \t");
  if (first == line.npos || line[first] == '#')
    return read{boost::system::in_place_value, std::nullopt};
  const auto words = words_in(line);
  if (!words)
    return base::fail(words.error());
  const auto* form = form_of(words->front());
  if (!form)
    return base::fail("there is no command '" + words->front() + "'; help lists them");
  spoken_command made;
  made.which = form->which;
  bool takes_options = true;
  for (std::size_t at = 1; at < words->size(); ++at) {
    const auto& word = (*words)[at];
    if (!takes_options || !word.starts_with("--")) {
      made.words.push_back(word);
      continue;
    }
    if (word == "--") {
      takes_options = false;
      continue;
    }
    const bool is_known = std::any_of(form->options.begin(), form->options.end(),
                                      [&](const option_form& each) { return each.name == word; });
    if (!is_known || at + 1 == words->size())
      return base::fail((is_known ? "a value is missing behind " : "no option of this command: ") + word +
                        "\nusage: " + usage_of(*form));
    made.options.emplace(word, (*words)[++at]);
  }
  if (made.words.size() < form->at_least || made.words.size() > form->at_most)
    return base::fail((made.words.size() < form->at_least ? "something is missing" : "that is too much") +
                      std::string("\nusage: ") + usage_of(*form));
  return read{boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::tools::join
