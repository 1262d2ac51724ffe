#include "tools/mpac/join/candidates.hpp"

#include "client/event.hpp"
#include "protocol/message_kind.hpp"
#include "protocol/messages/conflict_words.hpp"
#include "protocol/messages/governance_words.hpp"
#include "protocol/messages/intent_words.hpp"
#include "tools/mpac/join/spoken_command.hpp"
#include "tools/mpac/join/typed_words.hpp"
#include "tools/mpac/terminal/safe_text.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mpac::tools::join {
namespace {

using strings = std::vector<std::string>;

template <class E>
strings words_listed() {
  return {protocol::words_of<E>.begin(), protocol::words_of<E>.end()};
}

template <class Map, class Fits>
strings ids_where(const Map& of, Fits fits) {
  strings found;
  for (const auto& [id, each] : of)
    if (fits(each))
      found.push_back(terminal::short_id(id.str()));
  return found;
}

/// What is in the folder that the word names so far; folders with a slash behind them.
strings files_beginning_with(const std::string& word) {
  namespace fs = std::filesystem;
  const auto slash = word.rfind('/');
  const auto folder = slash == word.npos ? std::string() : word.substr(0, slash + 1);
  strings found;
  std::error_code failed;
  for (fs::directory_iterator at(folder.empty() ? fs::path(".") : fs::path(folder), failed), end; !failed && at != end;
       at.increment(failed)) {
    const auto name = at->path().filename().string();
    if (name.starts_with('.') && word.size() == folder.size())
      continue;
    std::error_code unknown;
    found.push_back(folder + name + (at->is_directory(unknown) ? "/" : ""));
  }
  return found;
}

strings all_of(meaning what, const std::string& word, const client::session_view& of, const known_names& more) {
  const auto anybody = [](const auto&) { return true; };
  strings found;
  switch (what) {
  case meaning::text:
    return {};
  case meaning::workspace_path:
    for (const auto& [path, ref] : of.files())
      found.push_back(path);
    return found;
  case meaning::local_file:
    return files_beginning_with(word);
  case meaning::intent:
    return ids_where(of.intents(), anybody);
  case meaning::my_intent:
    return ids_where(of.intents(), [&](const auto& each) { return each.principal_id == of.me(); });
  case meaning::lost_intent:
    return ids_where(of.intents(), [](const auto& each) { return each.is_suspended; });
  case meaning::conflict:
    return ids_where(of.conflicts(), anybody);
  case meaning::claim:
    for (const auto& each : more.claims)
      found.push_back(terminal::short_id(each));
    return found;
  case meaning::principal:
    return ids_where(of.participants(), [&](const auto& each) { return each.principal_id != of.me(); });
  case meaning::acknowledgement:
    return words_listed<protocol::ack_type>();
  case meaning::decision:
    return words_listed<protocol::decision_kind>();
  case meaning::verdict:
    return words_listed<protocol::claim_verdict>();
  case meaning::scope_kind:
    return {"file_set", "resource_path", "task_set", "entity_set"};
  case meaning::event_name:
    return words_listed<protocol::message_kind>();
  case meaning::command_name:
    for (const auto& each : command_forms())
      found.emplace_back(each.name);
    return found;
  }
  return {};
}

/// What the word behind these is, and whether it may be an option.
strings possible(const half_typed& typed, const client::session_view& of, const known_names& more) {
  if (typed.before.empty())
    return all_of(meaning::command_name, typed.word, of, more);
  const auto* form = form_of(typed.before.front());
  if (!form)
    return {};
  std::size_t place = 0;
  const option_form* open = nullptr;
  for (std::size_t at = 1; at < typed.before.size(); ++at) {
    if (std::exchange(open, nullptr))
      continue;
    for (const auto& each : form->options)
      if (each.name == typed.before[at])
        open = &each;
    place += open ? 0 : 1;
  }
  if (open)
    return all_of(open->takes, typed.word, of, more);
  if (typed.word.starts_with("--")) {
    strings names;
    for (const auto& each : form->options)
      names.emplace_back(each.name);
    return names;
  }
  if (form->words.empty() || place >= form->at_most)
    return {};
  return all_of(form->words[std::min(place, form->words.size() - 1)], typed.word, of, more);
}

} // namespace

std::string candidates::common() const {
  if (words.empty())
    return {};
  auto shared = words.front();
  for (const auto& each : words) {
    const auto [mine, theirs] = std::mismatch(shared.begin(), shared.end(), each.begin(), each.end());
    shared.erase(mine, shared.end());
  }
  return shared;
}

candidates candidates_for(std::string_view text, const client::session_view& of, const known_names& more) {
  const auto typed = half_typed_in(text);
  candidates made;
  made.begin = typed.begin;
  for (const auto& each : possible(typed, of, more))
    if (each.starts_with(typed.word) && terminal::on_one_line(each) == each)
      made.words.push_back(as_typed(each));
  std::sort(made.words.begin(), made.words.end());
  made.words.erase(std::unique(made.words.begin(), made.words.end()), made.words.end());
  made.is_unfinished = made.words.size() == 1 && made.words.front().ends_with('/');
  return made;
}

} // namespace mpac::tools::join
