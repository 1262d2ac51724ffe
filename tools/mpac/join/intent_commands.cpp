// Intents as a person announces and ends them (SPEC 15, 14.7.4).
#include "tools/mpac/join/room.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <algorithm>

namespace mpac::tools::join {

using namespace protocol;

namespace {

/// Short, for it is typed: nobody else makes it up in one session.
intent_id fresh_intent() {
  constexpr std::size_t digits = 8;
  return intent_id(client::participant::fresh_id("i-").substr(0, 2 + digits));
}

/// The scope of some words. An error has been said.
std::optional<scope> scope_of(room& in, const std::vector<std::string>& words, const std::string& kind) {
  switch (scope_kind_of(kind)) {
  case scope_kind::file_set:
    return file_set(words);
  case scope_kind::task_set:
    return task_set(words);
  case scope_kind::entity_set:
    return entity_set(words);
  case scope_kind::resource_path:
    if (words.size() == 1)
      return resource_path(words.front());
    in.sorry(exit_code::misused, "a resource_path is one pattern");
    return std::nullopt;
  default:
    in.sorry(exit_code::misused, "'" + kind + "' can't be typed here: file_set, resource_path, task_set, entity_set");
    return std::nullopt;
  }
}

std::vector<std::string> words_from(const spoken_command& said, std::size_t from) {
  return {said.words.begin() + static_cast<std::ptrdiff_t>(from), said.words.end()};
}

/// `--ttl`, if it was given; false after an error has been said.
bool take_ttl(room& in, const spoken_command& said, std::optional<double>& into) {
  const auto typed = said.option("--ttl");
  if (typed)
    into = in.seconds(*typed);
  return !typed || into;
}

} // namespace

outcome announce(room& in, const spoken_command& said) {
  intent_announce what;
  const auto where = scope_of(in, words_from(said, 1), said.option("--kind").value_or("file_set"));
  if (!where || !take_ttl(in, said, what.ttl_sec))
    co_return exit_code::misused;
  what.intent_id = fresh_intent();
  what.objective = said.words[0];
  what.scope = *where;
  const auto id = what.intent_id;
  if (auto taken = co_await in.by.announce(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("announced " + id.str());
  co_return exit_code::good;
}

outcome update(room& in, const spoken_command& said) {
  intent_update what;
  const auto which = in.intent(said.words[0]);
  if (!which || !take_ttl(in, said, what.ttl_sec))
    co_return exit_code::misused;
  what.intent_id = *which;
  what.objective = said.option("--objective");
  if (said.words.size() > 1) {
    const auto kind = in.by.view().intents().at(*which).scope.kind_text;
    what.scope = scope_of(in, words_from(said, 1), kind);
    if (!what.scope)
      co_return exit_code::misused;
  }
  if (!what.objective && !what.scope && !what.ttl_sec)
    co_return in.sorry(exit_code::misused, "nothing is changed: name paths, --objective or --ttl");
  if (auto taken = co_await in.by.update(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("updated " + terminal::short_id(which->str()));
  co_return exit_code::good;
}

outcome withdraw(room& in, const spoken_command& said) {
  intent_withdraw what;
  const auto mine = in.by.view().mine();
  if (said.words.empty()) {
    if (mine.size() != 1)
      co_return in.sorry(exit_code::misused,
                         mine.empty() ? "you have announced nothing" : "you have more than one intent: say which");
    what.intent_id = mine.front()->intent_id;
  } else {
    const auto which = in.intent(said.words[0]);
    if (!which)
      co_return exit_code::misused;
    what.intent_id = *which;
  }
  if (const auto reason = said.rest(1); !reason.empty())
    what.reason = reason;
  const auto id = what.intent_id;
  if (auto taken = co_await in.by.withdraw(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("withdrawn " + terminal::short_id(id.str()));
  co_return exit_code::good;
}

outcome defer(room& in, const spoken_command& said) {
  intent_deferred what;
  if (!take_ttl(in, said, what.ttl_sec))
    co_return exit_code::misused;
  what.scope = file_set(said.words);
  what.reason = said.option("--reason");
  what.observed_intent_ids.emplace();
  for (const auto* each : in.by.view().others_on(*what.scope))
    what.observed_intent_ids->push_back(each->intent_id);
  auto taken = co_await in.by.defer(std::move(what));
  if (!taken)
    co_return in.sorry(taken.error());
  in.say("deferred as " + terminal::short_id(taken->deferral_id.str()) +
         (taken->expires_at ? " until " + *taken->expires_at : std::string()));
  co_return exit_code::good;
}

outcome claim(room& in, const spoken_command& said) {
  const auto which = in.intent(said.words[0]);
  if (!which)
    co_return exit_code::misused;
  const auto& lost = in.by.view().intents().at(*which);
  intent_claim what;
  what.original_intent_id = *which;
  what.original_principal_id = lost.principal_id;
  what.new_intent_id = fresh_intent();
  what.objective = said.words.size() > 1 ? said.rest(1) : lost.objective;
  what.scope = lost.scope;
  in.say("asked for " + terminal::short_id(which->str()) + "; waiting for the decision");
  auto decided = co_await in.by.claim(std::move(what));
  if (!decided)
    co_return in.sorry(decided.error());
  in.say("the claim is " + decided->decision.text() + (decided->reason ? ": " + *decided->reason : std::string()) +
         (decided->new_intent_id ? "; " + terminal::short_id(decided->new_intent_id->str()) : std::string()));
  co_return decided->decision.is(claim_decision::approved) ? exit_code::good : exit_code::refused;
}

outcome judge(room& in, const spoken_command& said) {
  const auto which = in.claim(said.words[0]);
  if (!which)
    co_return exit_code::misused;
  claim_answer what{*which, word<claim_verdict>(said.words[1]), {}};
  if (!what.decision.known())
    co_return in.sorry(exit_code::misused, "'" + said.words[1] + "' is none of approved, rejected, objected");
  if (const auto reason = said.rest(2); !reason.empty())
    what.reason = reason;
  if (auto taken = co_await in.by.judge_claim(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("judged");
  co_return exit_code::good;
}

} // namespace mpac::tools::join
