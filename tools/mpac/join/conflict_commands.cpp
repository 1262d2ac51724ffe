// Conflicts as a person settles them (SPEC 17, 18).
#include "tools/mpac/join/room.hpp"
#include "tools/mpac/terminal/session_words.hpp"

namespace mpac::tools::join {

using namespace protocol;

outcome acknowledge(room& in, const spoken_command& said) {
  const auto which = in.conflict(said.words[0]);
  if (!which)
    co_return exit_code::misused;
  const word<ack_type> how(said.word(1).value_or("seen"));
  if (!how.known())
    co_return in.sorry(exit_code::misused, "'" + how.text() + "' is none of seen, accepted, disputed");
  conflict_ack what{*which, how};
  if (auto taken = co_await in.by.acknowledge(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("acknowledged " + terminal::short_id(which->str()));
  co_return exit_code::good;
}

outcome resolve(room& in, const spoken_command& said) {
  const auto which = in.conflict(said.words[0]);
  if (!which)
    co_return exit_code::misused;
  resolution what;
  what.conflict_id = *which;
  what.decision = word<decision_kind>(said.words[1]);
  if (!what.decision.known())
    co_return in.sorry(exit_code::misused, "'" + said.words[1] + "' is no decision; Tab shows them");
  if (in.by.view().conflicts().at(*which).intents.empty())
    (void)co_await in.by.overview(); // a conflict of others, handed over a moment ago
  if (const auto why = said.rest(2); !why.empty())
    what.rationale = why;
  const auto known = in.by.view().conflicts().find(*which);
  if (known == in.by.view().conflicts().end())
    co_return in.sorry(exit_code::refused, terminal::short_id(which->str()) + " is settled already");
  protocol::outcome settled;
  for (const auto& [option, into] :
       {std::pair{"--accept", &settled.accepted}, std::pair{"--reject", &settled.rejected}})
    for (const auto& typed : said.all(option)) {
      // Intents are known; an operation's id has to be whole.
      std::vector<std::string> among;
      for (const auto& each : known->second.intents)
        among.push_back(each.str());
      for (const auto& each : known->second.operations)
        among.push_back(each.str());
      auto id = id_beginning_with(typed, among, "part of this conflict");
      if (!id)
        co_return in.sorry(exit_code::misused, id.error());
      if (!*into)
        into->emplace();
      (*into)->push_back(*id);
    }
  if (settled.accepted || settled.rejected)
    what.outcome = settled;
  if (auto taken = co_await in.by.resolve(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("resolved " + terminal::short_id(which->str()));
  co_return exit_code::good;
}

outcome escalate(room& in, const spoken_command& said) {
  const auto which = in.conflict(said.words[0]);
  if (!which)
    co_return exit_code::misused;
  conflict_escalate what{*which, principal_id(said.words[1]), said.rest(2), {}};
  if (auto taken = co_await in.by.escalate(std::move(what)); !taken)
    co_return in.sorry(taken.error());
  in.say("escalated " + terminal::short_id(which->str()) + " to " + said.words[1]);
  co_return exit_code::good;
}

} // namespace mpac::tools::join
