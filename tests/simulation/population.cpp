#include "tests/simulation/population.hpp"

#include "tests/simulation/dice.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/payloads.hpp"

namespace mpac::tests {
namespace {

std::string_view type_of(deed what) {
  switch (what) {
  case deed::supersede_intent:
    return "INTENT_ANNOUNCE";
  case deed::unknown_type:
    return "COFFEE_BREAK";
  default:
    return name(what);
  }
}

} // namespace

population::population() {
  for (std::size_t session = 0; session < sessions; ++session)
    for (std::size_t seat = 0; seat < people_of_a_session; ++seat) {
      auto& who = people_[session][seat];
      who.name = "p" + std::to_string(seat);
      who.session = "s" + std::to_string(session);
      who.how = seat == 0 ? manner::good : seat + 1 == people_of_a_session ? manner::hostile : manner::careless;
      who.instance = who.name + "-1";
    }
}

utterance population::say(const step& now, const session_shadow& about, std::uint64_t heard) {
  auto& who = at(now.line);
  dice chance(now.choices);
  if (now.what == deed::hello && chance.roll(6) == 0) { // a new incarnation begins at 0 again
    who.instance = who.name + '-' + std::to_string(++who.incarnation);
    who.lamport = 0;
  }
  utterance said;
  said.number = ++messages_;
  addressed to{who.session, who.name, who.instance, "agent", said.number, 0};
  who.heard = std::max(who.heard, heard);
  who.lamport = std::max(who.lamport, heard) + 1;
  to.lamport = who.lamport;
  const auto slip = chance.roll(who.how == manner::hostile ? 8 : who.how == manner::careless ? 24 : 400);
  std::string other;
  switch (slip) {
  case 0: // forgets its clock
    to.lamport = 0;
    break;
  case 1: // repeats an old value
    to.lamport = std::max<std::uint64_t>(1, who.lamport / 2);
    break;
  case 2: // is somebody else
    other = who.name == "p0" ? "p1" : "p0";
    to.who = other;
    break;
  case 3: // is elsewhere
    to.session = "elsewhere";
    break;
  case 4: // runs ahead
    if (who.how == manner::hostile)
      to.lamport = who.lamport + (std::uint64_t{1} << (20 + chance.roll(20)));
    break;
  case 5:
    to.type = "human";
    break;
  default:
    break;
  }
  dice inside(now.choices ^ 0x5bd1e995u);
  knowledge known(who, about, inside);
  said.text = write_letter(to, type_of(now.what), contents_of(now.what, known, inside, said.number, who.heard));
  said.needs_answer = now.what != deed::unknown_type && now.what != deed::error; // O-144
  return said;
}

} // namespace mpac::tests
