// What holds of a session whatever is said in it: three participants talk at random on the pure core.
#include "protocol/session.hpp"

#include "protocol/lifecycle/intent_lifecycle.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

const std::array<std::string, 3> people{"alice", "bob", "olga"};

/// Everybody may resolve, so that conflicts end in every way.
void gather(pure_house& house) {
  for (const auto& name : people)
    house.join(name, "roles=[owner]");
  for (const auto& name : people)
    (void)house.heard(name);
}

template <std::size_t N>
std::string one_of(const std::array<std::string, N>& words) {
  return words[*rc::gen::inRange<std::size_t>(0, N)];
}

std::string any_intent() {
  return "i" + std::to_string(*rc::gen::inRange(0, 6));
}
std::string any_op() {
  return "o" + std::to_string(*rc::gen::inRange(0, 6));
}
std::string any_file() {
  return "f" + std::to_string(*rc::gen::inRange(0, 4));
}
std::string any_ref() {
  return "r" + std::to_string(*rc::gen::inRange(0, 3));
}

std::string any_conflict(const pure_house& house) {
  const auto open = house.facts().conflicts().all();
  if (open.empty())
    return "none";
  return open[*rc::gen::inRange<std::size_t>(0, open.size())]->conflict_id.str();
}

std::string any_claim(const pure_house& house) {
  std::string id = any_intent(), owner = one_of(people);
  for (const auto* intent : house.facts().intents().all())
    if (intent->state == protocol::intent_state::suspended)
      id = intent->intent_id.str(), owner = intent->principal_id.str();
  return "INTENT_CLAIM claim_id=c" + std::to_string(*rc::gen::inRange(0, 50)) + " original_intent_id=" + id +
         " original_principal_id=" + owner + " new_intent_id=" + any_intent() + " objective=on scope=[" + any_file() +
         "]";
}

std::string any_pending_claim(const pure_house& house) {
  const auto pending = house.facts().claims().all();
  return pending.empty() ? "none" : pending.front()->claim_id.str();
}

std::string any_words(const pure_house& house) {
  switch (*rc::gen::inRange(0, 16)) {
  case 0:
  case 1:
  case 2:
    return "INTENT_ANNOUNCE intent_id=" + any_intent() + " scope=[" + any_file() + ", " + any_file() +
           "x] ttl_sec=" + std::to_string(*rc::gen::inRange(1, 200));
  case 3:
    return "INTENT_UPDATE intent_id=" + any_intent() + " scope=[" + any_file() + "]";
  case 4:
    return "INTENT_WITHDRAW intent_id=" + any_intent();
  case 5:
  case 6:
    return "OP_COMMIT op_id=" + any_op() + " intent_id=" + any_intent() + " target=" + any_file() +
           " state_ref_before=" + any_ref() + " state_ref_after=" + any_ref();
  case 7:
    return "OP_BATCH_COMMIT batch_id=" + any_op() +
           "b atomicity=" + one_of(std::array<std::string, 2>{"all_or_nothing", "best_effort"}) +
           " operations=[{op_id: " + any_op() + ", target: " + any_file() +
           ", op_kind: replace, state_ref_before: " + any_ref() + ", state_ref_after: " + any_ref() +
           "}, {op_id: p, target: " + any_file() + ", op_kind: replace}]";
  case 8:
    return "CONFLICT_ACK conflict_id=" + any_conflict(house) +
           " ack_type=" + one_of(std::array<std::string, 3>{"seen", "accepted", "disputed"});
  case 9:
    return "CONFLICT_ESCALATE conflict_id=" + any_conflict(house) + " escalate_to=" + one_of(people);
  case 10:
    return "RESOLUTION conflict_id=" + any_conflict(house) + " decision=rejected outcome={rejected: [" + any_intent() +
           "], rollback: not_required}";
  case 11:
    return "INTENT_DEFERRED deferral_id=" + any_op() + " scope=[" + any_file() + "] observed_intent_ids=[" +
           any_intent() + ", " + any_intent() + "] observed_principals=[" + one_of(people) +
           "] ttl_sec=" + std::to_string(*rc::gen::inRange(1, 90));
  case 12:
    return any_claim(house);
  case 13:
    return "HEARTBEAT extensions={\"mpac_cluster.claim_decision\": {claim_id: " + any_pending_claim(house) +
           ", decision: " + one_of(std::array<std::string, 3>{"approved", "rejected", "objected"}) + "}}";
  case 14:
    return "GOODBYE intent_disposition=" + one_of(std::array<std::string, 3>{"withdraw", "transfer", "expire"});
  default:
    return "HEARTBEAT status=" + one_of(std::array<std::string, 2>{"working", "offline"});
  }
}

/// One random step; time may pass before it.
void step(pure_house& house) {
  if (*rc::gen::inRange(0, 4) == 0)
    house.wait(std::chrono::seconds{*rc::gen::inRange(1, 60)});
  const auto name = one_of(people);
  const auto* who = house.facts().people().find(protocol::principal_id(name));
  house.says(name, who->departed ? std::string("HELLO roles=[owner]") : any_words(house));
}

/// All that can be asked of a session, as text; the clock and what hangs on the last message left out.
std::string facts_of(const protocol::session& facts) {
  std::string text;
  const auto add = [&](const auto&... parts) { ((text += parts, text += ' '), ...); };
  for (const auto& who : facts.people())
    add(who.principal_id.str(), who.status, std::to_string(who.is_available), std::to_string(who.departed),
        std::to_string(who.seat), who.instance.str());
  const auto intent = [&](const protocol::intent_record& one) {
    add(one.intent_id.str(), one.principal_id.str(), to_string(one.state), one.objective, to_json(one.scope),
        base::to_rfc3339(one.expires_at), std::to_string(one.order), std::to_string(one.committed_under));
  };
  const auto conflict = [&](const protocol::conflict_record& one) {
    add(one.conflict_id.str(), to_string(one.state), one.escalated_to.value_or(protocol::principal_id{}).str(),
        one.resolution_id.value_or(protocol::resolution_id{}).str(), one.decision.value_or(""),
        std::to_string(one.related_ops.size()), std::to_string(static_cast<int>(one.phase)),
        one.passing.value_or(protocol::intent_id{}).str(),
        base::to_rfc3339(one.next_step == base::never ? base::instant{} : one.next_step));
  };
  for (const auto* one : facts.intents().all())
    intent(*one);
  facts.past_intents().for_each(intent);
  for (const auto* one : facts.deferrals().all())
    add(one->principal_id.str(), one->deferral_id.str(), base::to_rfc3339(one->expires_at),
        std::to_string(one->still_open.size()));
  const auto claim = [&](const protocol::claim_record& one) {
    add(one.claim_id.str(), one.claimant.str(), std::to_string(static_cast<int>(one.waits_for)),
        base::to_rfc3339(one.approve_at), one.decision ? to_word(*one.decision) : "", one.reason.value_or(""));
  };
  for (const auto* one : facts.claims().all())
    claim(*one);
  facts.past_claims().for_each(claim);
  for (const auto* one : facts.conflicts().all())
    conflict(*one);
  facts.past_conflicts().for_each(conflict);
  facts.past_operations().for_each([&](const protocol::operation_record& one) {
    add(one.op_id.str(), one.principal_id.str(), to_string(one.state), one.target, std::to_string(one.contested));
  });
  const std::map<std::string, std::string> targets(facts.target_refs().begin(), facts.target_refs().end());
  for (const auto& [target, ref] : targets)
    add(target, ref);
  const auto& totals = facts.totals();
  add(std::to_string(totals.intents), std::to_string(totals.operations), std::to_string(totals.conflicts),
      std::to_string(totals.resolved_conflicts), base::to_rfc3339(facts.next_status()));
  return text;
}

} // namespace

TEST_CASE("the coordinator's Lamport values rise strictly and decisions are numbered without gaps",
          "[12.7-03][12.7-05][7.7-01][7.7-03][20.1-04]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i)
      step(house);
    std::uint64_t sequence = 0;
    std::int64_t lamport = 0;
    for (const auto& made : house.decisions()) {
      RC_ASSERT(made.sequence == ++sequence);
      for (const auto& notice : made.notices) {
        const auto frame = parse_json(notice.frame->payload());
        if (text_at(frame, "sender.principal_type") != "service")
          continue;
        const auto value = number_at(frame, "watermark.value");
        RC_ASSERT(value > lamport);
        lamport = value;
      }
      RC_ASSERT(made.lamport_after >= static_cast<std::uint64_t>(lamport));
    }
  }));
}

TEST_CASE("whatever the coordinator says is a whole envelope, for a strict reader too",
          "[23.1.1-02][11.2-01][11.2-02][11.2-03][11.2-04][11.2-05][11.2-06][11.2-07][11.2-08]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i)
      step(house);
    house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
    protocol::decoder strict;
    std::set<std::string> ids;
    for (const auto& made : house.decisions())
      for (const auto& notice : made.notices) {
        if (notice.whose != protocol::voice::coordinator)
          continue;
        const auto read = strict.decode(notice.frame->payload(), protocol::strictness::strict);
        if (!read)
          RC_FAIL(read.error().description + " in " + std::string(notice.frame->payload()));
        const auto& said = std::get<protocol::envelope>(*read);
        RC_ASSERT(said.session_id.str() == "talk");
        RC_ASSERT(said.sender.principal_id == house.facts().coordinator());
        RC_ASSERT(said.watermark.has_value());
        RC_ASSERT(said.coordinator_epoch == std::int64_t{1});
        RC_ASSERT(ids.insert(said.message_id.str()).second);
      }
  }));
}

TEST_CASE("somebody is missed while one who is not available has live intents", "[14.6-09]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      step(house);
      const auto& facts = house.facts();
      const bool missed = std::any_of(facts.people().begin(), facts.people().end(), [&](const auto& who) {
        return !who.is_available && facts.intents().count_of(who.principal_id) != 0;
      });
      RC_ASSERT(facts.somebody_is_missed() == missed);
    }
  }));
}

TEST_CASE("all who are there hear what is relayed in one order", "[7.7-02][20.1-04]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    std::map<std::string, std::vector<std::string>> heard;
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      step(house);
      for (const auto& name : people)
        for (const auto& frame : house.heard(name))
          heard[name].push_back(text_at(frame, "message_id"));
    }
    // Whatever two of them have both heard, they have heard in the same order.
    for (const auto& a : people)
      for (const auto& b : people) {
        const std::set<std::string> known_to_b(heard[b].begin(), heard[b].end());
        const std::set<std::string> known_to_a(heard[a].begin(), heard[a].end());
        std::vector<std::string> one, other;
        std::copy_if(heard[a].begin(), heard[a].end(), std::back_inserter(one),
                     [&](const auto& id) { return known_to_b.contains(id); });
        std::copy_if(heard[b].begin(), heard[b].end(), std::back_inserter(other),
                     [&](const auto& id) { return known_to_a.contains(id); });
        RC_ASSERT(one == other);
      }
  }));
}

TEST_CASE("intents and conflicts move by rows of their tables alone", "[15.6.1-11][15.6.1-12][17.8.1-13]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i)
      step(house);
    std::map<std::string, protocol::intent_state> intents;
    std::map<std::string, protocol::conflict_state> conflicts;
    const auto has_row = [](const auto& rows, auto from, auto to) {
      return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.from == from && row.to == to; });
    };
    for (const auto& made : house.decisions())
      for (const auto& e : made.events) {
        if (const auto* begun = std::get_if<protocol::intent_registered>(&e)) {
          intents[begun->record->intent_id.str()] = begun->record->state;
          RC_ASSERT(begun->record->state == protocol::intent_state::active);
        } else if (const auto* moved = std::get_if<protocol::intent_moved>(&e)) {
          auto& state = intents.at(moved->intent_id.str());
          RC_ASSERT(has_row(protocol::intent_transitions, state, moved->to));
          state = moved->to;
        } else if (const auto* opened = std::get_if<protocol::conflict_opened>(&e)) {
          conflicts[opened->record->conflict_id.str()] = opened->record->state;
        } else if (const auto* turned = std::get_if<protocol::conflict_moved>(&e)) {
          auto& state = conflicts.at(turned->conflict_id.str());
          RC_ASSERT(has_row(protocol::conflict_transitions, state, turned->to));
          state = turned->to;
        } else if (const auto* ended = std::get_if<protocol::conflict_ended>(&e)) {
          RC_ASSERT(!protocol::is_settled(conflicts.at(ended->conflict_id.str())));
          RC_ASSERT(protocol::is_terminal(ended->to));
          conflicts.at(ended->conflict_id.str()) = ended->to;
        }
      }
  }));
}

TEST_CASE("replaying the decisions on a fresh session of the same origin gives the same facts", "[7.7-01]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i)
      step(house);
    protocol::session again(house.facts().origin());
    for (const auto& made : house.decisions())
      again.absorb(made);
    RC_ASSERT(facts_of(again) == facts_of(house.facts()));
    RC_ASSERT(again.lamport() == house.facts().lamport());
    RC_ASSERT(again.sequence() == house.facts().sequence());
    RC_ASSERT(protocol::next_deadline(again) == protocol::next_deadline(house.facts()));
  }));
}

TEST_CASE("a refused message changes nothing but the clock and its sender's last sign of life", "[22.1-22]") {
  CHECK(rc::check("over a random talk", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      if (*rc::gen::inRange(0, 4) == 0)
        house.wait(std::chrono::seconds{*rc::gen::inRange(1, 60)});
      const auto name = one_of(people);
      const auto* who = house.facts().people().find(protocol::principal_id(name));
      const auto words = who->departed ? std::string("HELLO roles=[owner]") : any_words(house);
      // A return counts by itself, whatever comes of the message.
      house.pong(name);
      const auto before = facts_of(house.facts());
      house.says(name, words);
      if (house.decisions().back().cause.error) {
        RC_ASSERT(facts_of(house.facts()) == before);
        RC_ASSERT(house.decisions().back().events.empty());
        RC_ASSERT(house.decisions().back().notices.size() == 1u);
      }
    }
  }));
}

TEST_CASE("every overlap between different principals is reported, and none twice", "[15.2.1.1-01][17.8.1-01]") {
  CHECK(rc::check("over random announces", [] {
    pure_house house;
    gather(house);
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i)
      house.says(one_of(people), "INTENT_ANNOUNCE intent_id=n" + std::to_string(i) + " ttl_sec=1000 scope=[" +
                                     any_file() + ", " + any_file() + "]");
    const auto live = house.facts().intents().all();
    for (const auto* a : live)
      for (const auto* b : live) {
        if (a == b)
          continue;
        const bool should = a->principal_id != b->principal_id && protocol::overlap(a->scope, b->scope);
        RC_ASSERT(house.facts().conflicts().between(*a, *b, protocol::conflict_category::scope_overlap) == should);
      }
    std::set<std::set<std::string>> pairs;
    for (const auto* conflict : house.facts().conflicts().all())
      RC_ASSERT(pairs.insert({conflict->intent_a->str(), conflict->intent_b->str()}).second);
  }));
}

TEST_CASE("what has ended is remembered up to a limit") {
  pure_house house;
  house.join("alice");
  for (std::size_t i = 0; i < protocol::history_limit + 50; ++i) {
    const auto n = std::to_string(i);
    house.says("alice", "INTENT_ANNOUNCE intent_id=i" + n + " scope=[a.py]");
    house.says("alice", "OP_COMMIT op_id=o" + n + " intent_id=i" + n + " target=t" + n);
    house.says("alice", "INTENT_WITHDRAW intent_id=i" + n);
    (void)house.heard("alice");
  }
  CHECK(house.facts().past_intents().size() == protocol::history_limit);
  CHECK(house.facts().past_operations().size() == protocol::history_limit);
  CHECK(house.facts().intents().size() == 0);
  CHECK(house.facts().totals().intents == static_cast<std::int64_t>(protocol::history_limit + 50));
  CHECK(house.facts().past_intents().find(protocol::intent_id("i0")) == nullptr);
}

TEST_CASE("nobody listens, so no heartbeat is due") {
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.disconnect("alice");
  CHECK(house.facts().next_status() != base::never);
  SECTION("after the last connection has broken") {
    house.disconnect("bob");
  }
  SECTION("after the last participant has said GOODBYE") {
    house.says("bob", "GOODBYE");
  }
  CHECK(house.facts().next_status() == base::never);
  house.join("bob/2");
  CHECK(house.facts().next_status() == house.now() + 30s);
}
