#include "tests/simulation/population.hpp"

#include "tests/simulation/dice.hpp"
#include "tests/simulation/letters.hpp"

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

std::string quoted(std::string_view member, std::string_view value) {
  return '"' + std::string(member) + "\":\"" + std::string(value) + '"';
}

std::string file(dice& chance) {
  static constexpr std::string_view files[] = {"a.py", "b.py", "src/c.py", "src/d.py", "docs/e.md", "./a.py"};
  return std::string(files[chance.roll(std::size(files))]);
}

std::string scope(dice& chance) {
  const auto kind = chance.roll(12);
  if (kind == 0)
    return R"("scope":{"kind":"resource_path","pattern":"src/*"})";
  if (kind == 1)
    return R"("scope":{"kind":"task_set","task_ids":["t1","t2"]})";
  if (kind == 2)
    return R"("scope":{"kind":"entity_set","entities":["auth"],"canonical_uris":["urn:auth"]})";
  if (kind == 3)
    return R"("scope":{"kind":"file_set","resources":[]})"; // nobody may
  auto text = R"("scope":{"kind":"file_set","resources":[")" + file(chance);
  if (kind < 8)
    text += "\",\"" + file(chance);
  return text + "\"]}";
}

/// Somebody's id: mostly one's own, now and then another's, seldom nobody's.
std::string id(char kind, const person& who, dice& chance, std::uint32_t names) {
  const auto whose = chance.roll(who.how == manner::good ? 12 : 6);
  const char owner = whose == 0 ? static_cast<char>('0' + chance.roll(people_of_a_session)) : who.name.back();
  return std::string{kind, owner, '-'} + std::to_string(chance.roll(names));
}
std::string intent(const person& who, dice& chance) {
  return id('i', who, chance, 4);
}
std::string operation(const person& who, dice& chance) {
  return id('o', who, chance, 6);
}

std::string conflict(const session_shadow& about, dice& chance) {
  const auto& known = about.latest_conflicts;
  if (known.empty() || chance.roll(16) == 0)
    return "conflict-of-nobody";
  return known[chance.roll(static_cast<std::uint32_t>(known.size()))].str();
}

std::string commit_members(const person& who, dice& chance) {
  auto text = quoted("op_id", operation(who, chance)) + ',' + quoted("target", file(chance)) + ',' +
              quoted("op_kind", "replace");
  if (chance.roll(8) != 0)
    text += ',' + quoted("intent_id", intent(who, chance));
  if (chance.roll(3) == 0)
    text += ",\"state_ref_before\":\"sha256:" + std::to_string(chance.roll(3)) + '"';
  if (chance.roll(2) == 0)
    text += ",\"state_ref_after\":\"sha256:" + std::to_string(chance.roll(3)) + '"';
  return text;
}

constexpr std::string_view ttls[] = {"0.5", "2", "5", "20", "60"};

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
  std::string_view type = type_of(now.what);
  const auto payload = payload_of(now, about, who, type);
  said.text = write_letter(to, type, payload);
  said.needs_answer = now.what != deed::unknown_type;
  return said;
}

std::string population::payload_of(const step& now, const session_shadow& about, const person& who,
                                   std::string_view& type) {
  dice chance(now.choices ^ 0x5bd1e995u);
  switch (now.what) {
  case deed::hello: {
    static constexpr std::string_view roles[] = {"\"owner\",\"arbiter\"", "\"contributor\"",
                                                 "\"contributor\",\"owner\"", "\"reviewer\""};
    const auto as = chance.roll(6) == 0 ? chance.roll(4) : static_cast<std::uint32_t>(seat_of(now.line));
    return quoted("display_name", who.name) + R"(,"roles":[)" + std::string(roles[as]) + R"(],"capabilities":[])";
  }
  case deed::heartbeat: {
    static constexpr std::string_view words[] = {"idle", "working", "blocked", "offline", "awaiting_review"};
    auto text = quoted("status", words[chance.roll(std::size(words))]);
    if (chance.roll(8) == 0) {
      static constexpr std::string_view health[] = {"operational", "degraded", "down"};
      text += R"(,"backend_health":{"model_id":"m/one",)" + quoted("provider_status", health[chance.roll(3)]) +
              R"(,"checked_at":"2026-01-01T00:00:00Z"})";
    }
    return text;
  }
  case deed::goodbye: {
    static constexpr std::string_view fates[] = {"withdraw", "transfer", "expire"};
    return R"("reason":"user_exit","active_intents":[],)" + quoted("intent_disposition", fates[chance.roll(3)]);
  }
  case deed::announce:
  case deed::supersede_intent: {
    static constexpr std::string_view priorities[] = {"low", "normal", "high", "critical"};
    auto text = quoted("intent_id", intent(who, chance)) + R"(,"objective":"work",)" + scope(chance) +
                ",\"ttl_sec\":" + std::string(ttls[chance.roll(std::size(ttls))]) + ',' +
                quoted("priority", priorities[chance.roll(4)]);
    if (now.what == deed::supersede_intent)
      text += ',' + quoted("supersedes_intent_id", intent(who, chance));
    return text;
  }
  case deed::update: {
    auto text = quoted("intent_id", intent(who, chance)) + R"(,"objective":"other work")";
    if (chance.roll(2) == 0)
      text += ',' + scope(chance);
    if (chance.roll(3) == 0)
      text += ",\"ttl_sec\":" + std::string(ttls[chance.roll(std::size(ttls))]);
    return text;
  }
  case deed::withdraw:
    return quoted("intent_id", intent(who, chance));
  case deed::defer:
    return quoted("deferral_id", id('d', who, chance, 2)) + ',' + scope(chance) +
           R"(,"reason":"somebody works there","ttl_sec":3)";
  case deed::claim: {
    const std::string owner{static_cast<char>('0' + chance.roll(people_of_a_session))};
    return quoted("claim_id", id('c', who, chance, 4)) + ',' +
           quoted("original_intent_id", "i" + owner + '-' + std::to_string(chance.roll(4))) + ',' +
           quoted("original_principal_id", "p" + owner) + ',' + quoted("new_intent_id", intent(who, chance)) +
           R"(,"objective":"go on",)" + scope(chance);
  }
  case deed::propose:
  case deed::commit:
    return commit_members(who, chance);
  case deed::batch: {
    auto text = quoted("batch_id", operation(who, chance)) + ',' +
                quoted("atomicity", chance.roll(2) ? "all_or_nothing" : "best_effort");
    if (chance.roll(2) == 0)
      text += ',' + quoted("intent_id", intent(who, chance));
    return text + R"(,"operations":[{)" + commit_members(who, chance) + "},{" + commit_members(who, chance) + "}]";
  }
  case deed::reject:
    return quoted("op_id", id('o', people_[session_of(now.line)][chance.roll(people_of_a_session)], chance, 6)) +
           R"(,"reason":"not like this")";
  case deed::supersede:
    return quoted("op_id", operation(who, chance)) + ',' + quoted("supersedes_op_id", operation(who, chance)) + ',' +
           quoted("intent_id", intent(who, chance)) + ',' + quoted("target", file(chance));
  case deed::report:
    return quoted("conflict_id", id('r', who, chance, 4)) + R"(,"related_intents":[")" + intent(who, chance) +
           "\",\"i" + std::string(1, static_cast<char>('0' + chance.roll(people_of_a_session))) + "-" +
           std::to_string(chance.roll(4)) +
           R"("],"related_ops":[],"category":"semantic_goal_conflict","severity":"high",)" +
           R"("basis":{"kind":"model_inference"})";
  case deed::ack: {
    static constexpr std::string_view words[] = {"seen", "accepted", "disputed"};
    return quoted("conflict_id", conflict(about, chance)) + ',' + quoted("ack_type", words[chance.roll(3)]);
  }
  case deed::escalate:
    return quoted("conflict_id", conflict(about, chance)) + ',' +
           quoted("escalate_to", "p" + std::to_string(chance.roll(people_of_a_session))) + R"(,"reason":"decide")";
  case deed::resolve: {
    auto text = quoted("conflict_id", conflict(about, chance)) + ',' +
                quoted("decision", chance.roll(4) == 0 ? "dismissed" : "approved") + R"(,"rationale":"so it is")";
    if (chance.roll(2) == 0)
      text += ',' + quoted("resolution_id", id('z', who, chance, 9));
    if (chance.roll(2) == 0)
      text += R"(,"outcome":{"rejected":[")" + intent(who, chance) + "\",\"" + operation(who, chance) + "\"]" +
              (chance.roll(2) ? R"(,"rollback":"not_applicable")" : "") + "}";
    return text;
  }
  case deed::coordinators_own:
    return R"("reason":"manual","final_lamport_clock":1)";
  default:
    type = "COFFEE_BREAK";
    return {};
  }
}

} // namespace mpac::tests
