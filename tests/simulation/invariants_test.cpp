// What the simulation's invariants are worth: each is shown a history that breaks it, and one that does not.
#include "protocol/wire/encoder.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/support/catch.hpp"

#include <functional>

using namespace mpac;
using namespace mpac::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

session_origin origin_of(const char* id) {
  session_origin origin;
  origin.id = session_id(id);
  return origin;
}

intent_record intent(const char* id, const char* owner, const char* file) {
  intent_record record;
  record.intent_id = intent_id(id);
  record.principal_id = principal_id(owner);
  record.scope = file_set({file});
  return record;
}

operation_record operation(const char* id, const char* under, operation_state state, const char* target = "a.py") {
  operation_record record;
  record.op_id = op_id(id);
  record.principal_id = principal_id("p0");
  record.intent_id = intent_id(under);
  record.state = state;
  record.target = target;
  return record;
}

conflict_record conflict(const char* id) {
  conflict_record record;
  record.conflict_id = conflict_id(id);
  record.principal_a = principal_id("p0");
  record.principal_b = principal_id("p1");
  return record;
}

intent_moved moves(const char* id, intent_state to) {
  return {intent_id(id), to, {}};
}
operation_moved goes(const char* id, operation_state to) {
  operation_moved moved;
  moved.op_id = op_id(id);
  moved.to = to;
  return moved;
}
conflict_ended ends(const char* id, conflict_state to) {
  return {conflict_id(id), to, resolution_id("z"), principal_id("p0"), "approved"};
}
scope_frozen freezes(const char* id, const char* file, std::optional<intent_id> passing = {}) {
  scope_frozen frozen;
  frozen.conflict_id = conflict_id(id);
  if (file)
    frozen.parts = {file_set({file})};
  frozen.passing = std::move(passing);
  return frozen;
}

/// A session of facts and its shadow, and decisions made by hand, as a hub with mistakes might make them.
class tale {
public:
  tale() {
    shadow_.id = session_id("s0");
    shadow_.facts = &facts_;
  }

  decision made(std::vector<event> events, std::optional<message_kind> kind = {}) {
    decision next;
    next.sequence = shadow_.sequence + 1;
    next.lamport_after = shadow_.lamport + 1;
    next.cause.outcome = kind ? "accepted" : "heartbeat";
    next.cause.kind = kind;
    next.events = std::move(events);
    return next;
  }

  /// Absorbs and follows.
  tale& then(std::vector<event> events, std::optional<message_kind> kind = {}) {
    const auto next = made(std::move(events), kind);
    facts_.absorb(next);
    return see(next);
  }
  /// Follows what the facts never hear of.
  tale& is_said(std::vector<event> events, std::optional<message_kind> kind = {}) {
    return see(made(std::move(events), kind));
  }
  /// Changes the facts, and nobody sees it.
  tale& in_secret(std::vector<event> events) {
    facts_.absorb(made(std::move(events)));
    return *this;
  }
  tale& see(const decision& next) {
    last_ = next;
    lamports_ = follow_clock(seen(), reader_);
    follow_lifecycles(seen());
    return *this;
  }

  tale& tables() { return check_tables(seen()), *this; }
  tale& overlaps() { return check_overlaps(seen()), *this; }
  tale& indexes() { return check_indexes(seen()), *this; }
  tale& snapshot() { return check_snapshot(shadow_, {}, amiss_), *this; }
  tale& silence() { return check_silence(shadow_, amiss_), *this; }

  [[nodiscard]] std::string amiss() const { return amiss_ ? amiss_.text() : std::string(); }
  session_shadow& shadow() { return shadow_; }
  session& facts() { return facts_; }
  [[nodiscard]] absorbed seen() { return {shadow_, last_, amiss_, counts_}; }

private:
  session facts_{origin_of("s0")};
  session_shadow shadow_;
  decision last_;
  std::vector<std::uint64_t> lamports_;
  decoder reader_;
  violation amiss_;
  tally counts_;
};

using Catch::Matchers::Contains;
#define HOLDS(story) CHECK((story).amiss() == "")
#define BREAKS(story, why) CHECK_THAT((story).amiss(), Contains(why))

const auto announced = message_kind::intent_announce;
const auto committed = message_kind::op_commit;

event begins(const char* id, const char* owner = "p0", const char* file = "a.py") {
  return intent_registered{intent(id, owner, file)};
}
event commits(const char* id, const char* under, const char* target = "a.py") {
  return operation_registered{operation(id, under, operation_state::committed, target)};
}

} // namespace

TEST_CASE("an intent that takes no row of its table is noticed", "[15.6.1-11][15.6.1-12]") {
  HOLDS(tale().then({begins("i")}).then({moves("i", intent_state::suspended)}).tables());
  BREAKS(tale().is_said({moves("i", intent_state::withdrawn)}), "no row from unknown");
  BREAKS(tale().then({begins("i")}).is_said({moves("i", intent_state::transferred)}), "no row from ACTIVE");
  BREAKS(
      tale().then({begins("i")}).then({moves("i", intent_state::expired)}).is_said({moves("i", intent_state::active)}),
      "no row from EXPIRED");
  BREAKS(tale().then({begins("i")}).is_said({begins("i")}), "begins again");
  BREAKS(tale().then({begins("i")}).then({moves("i", intent_state::expired)}).is_said({begins("i", "p1")}),
         "begins again");
  intent_revised revised;
  revised.intent_id = intent_id("i");
  BREAKS(tale().then({begins("i")}).then({moves("i", intent_state::suspended)}).is_said({revised}),
         "no row from SUSPENDED");
}

TEST_CASE("an operation that takes no row of its table is noticed", "[16.6.1-16][16.6.1-17]") {
  const auto pending = operation_registered{operation("o", "i", operation_state::proposed)};
  HOLDS(tale()
            .then({begins("i")})
            .then({pending}, message_kind::op_propose)
            .then({goes("o", operation_state::committed)}, committed)
            .tables());
  BREAKS(tale()
             .then({begins("i")})
             .then({pending}, message_kind::op_propose)
             .then({goes("o", operation_state::rejected)}, message_kind::op_reject)
             .is_said({goes("o", operation_state::committed)}, committed),
         "no row from REJECTED");
  BREAKS(tale()
             .then({begins("i")})
             .then({pending}, message_kind::op_propose)
             .is_said({goes("o", operation_state::proposed)}),
         "no row from PROPOSED");
  BREAKS(tale()
             .then({begins("i")})
             .then({commits("o", "i")}, committed)
             .is_said({operation_authorised{op_id("o"), principal_id("p0"), {}}}),
         "no row from COMMITTED");
  BREAKS(tale().then({begins("i")}).then({pending}, message_kind::op_propose).is_said({commits("o", "i")}, committed),
         "begins again");
  // A row of the table, but one that this message can't stand for.
  BREAKS(
      tale()
          .then({begins("i")})
          .is_said({operation_registered{operation("o", "i", operation_state::committed)}}, message_kind::op_propose),
      "no row from unknown to COMMITTED");
}

TEST_CASE("a conflict that is settled twice is noticed", "[17.8.1-13][18.4-06]") {
  const auto resolves = message_kind::resolution;
  HOLDS(tale().then({conflict_opened{conflict("c")}}).then({ends("c", conflict_state::closed)}, resolves).tables());
  BREAKS(tale()
             .then({conflict_opened{conflict("c")}})
             .then({ends("c", conflict_state::closed)}, resolves)
             .is_said({ends("c", conflict_state::closed)}, resolves),
         "settled again");
  BREAKS(tale()
             .then({conflict_opened{conflict("c")}})
             .then({ends("c", conflict_state::dismissed)})
             .is_said({ends("c", conflict_state::closed)}, resolves),
         "settled again");
  BREAKS(tale().is_said({ends("c", conflict_state::dismissed)}), "settled again");
  BREAKS(tale().then({conflict_opened{conflict("c")}}).is_said({conflict_opened{conflict("c")}}), "a second conflict");
  conflict_moved moved;
  moved.conflict_id = conflict_id("c");
  BREAKS(tale()
             .then({conflict_opened{conflict("c")}})
             .then({ends("c", conflict_state::closed)}, resolves)
             .is_said({moved}),
         "no row from CLOSED");
}

TEST_CASE("a commit under an intent that is suspended or over is noticed", "[14.7.2-03][15.7-01]") {
  HOLDS(tale().then({begins("i")}).then({commits("o", "i")}, committed));
  BREAKS(tale().then({begins("i")}).then({moves("i", intent_state::suspended)}).is_said({commits("o", "i")}, committed),
         "which is SUSPENDED");
  BREAKS(tale().then({begins("i")}).then({moves("i", intent_state::expired)}).is_said({commits("o", "i")}, committed),
         "which is EXPIRED");
  BREAKS(tale().is_said({commits("o", "i")}, committed), "which is unknown");
  const auto pending = operation_registered{operation("o", "i", operation_state::proposed)};
  BREAKS(tale()
             .then({begins("i")})
             .then({pending}, message_kind::op_propose)
             .then({moves("i", intent_state::suspended)})
             .is_said({goes("o", operation_state::committed)}, committed),
         "which is SUSPENDED");
  // Another intent of the same id is not the one it was proposed under.
  tale later;
  later.then({begins("i")}).then({pending}, message_kind::op_propose);
  later.then({moves("i", intent_state::expired)}).then({begins("i")});
  HOLDS(later);
  BREAKS(later.is_said({goes("o", operation_state::committed)}, committed), "another by now");
  auto flagged = operation("o", "i", operation_state::committed);
  flagged.uncoordinated = true;
  HOLDS(tale().then({operation_registered{flagged}}, committed)); // O-043
  BREAKS(tale()
             .then({begins("i")})
             .then({moves("i", intent_state::suspended)})
             .is_said({operation_registered{flagged}}, committed),
         "SUSPENDED");
}

TEST_CASE("a commit or a proposal where a scope is frozen is noticed", "[18.6.2-01][18.6.2.1-04]") {
  const auto start = [] {
    tale story;
    story.then({begins("i"), begins("j", "p1")}).then({conflict_opened{conflict("c")}}).then({freezes("c", "a.py")});
    return story.amiss();
  };
  CHECK(start() == "");
  const auto frozen = [](std::optional<intent_id> passing, const std::function<void(tale&)>& go_on) {
    tale story;
    story.then({begins("i"), begins("j", "p1")}).then({conflict_opened{conflict("c")}}).then({freezes("c", "a.py")});
    if (passing)
      story.then({freezes("c", nullptr, passing)});
    go_on(story);
    return story.amiss();
  };
  const auto commits_here = [](tale& story) { story.is_said({commits("o", "i")}, committed); };
  CHECK_THAT(frozen({}, commits_here), Contains("18.6.2"));
  CHECK_THAT(frozen({},
                    [](tale& story) {
                      story.is_said({operation_registered{operation("o", "i", operation_state::proposed)}},
                                    message_kind::op_propose);
                    }),
             Contains("18.6.2"));
  CHECK_THAT(frozen({}, [](tale& story) { story.is_said({begins("k")}, announced); }), Contains("18.6.2"));
  CHECK(frozen({}, [](tale& story) { story.is_said({commits("o", "i", "b.py")}, committed); }) == "");
  CHECK(frozen({}, [](tale& story) {
          story.then({ends("c", conflict_state::closed)}, message_kind::resolution)
              .is_said({commits("o", "i")}, committed);
        }) == "");
  // Phase 2: one may pass, while its intent lives.
  CHECK(frozen(intent_id("i"), commits_here) == "");
  CHECK_THAT(frozen(intent_id("j"), commits_here), Contains("18.6.2"));
  CHECK_THAT(
      frozen(intent_id("i"),
             [](tale& story) {
               auto flagged = operation("o", "i", operation_state::committed);
               flagged.uncoordinated = true;
               story.then({moves("i", intent_state::expired)}).is_said({operation_registered{flagged}}, committed);
             }),
      Contains("18.6.2"));
}

TEST_CASE("a clock that goes back or a frame that nobody can read is noticed", "[12.7-05][12.7-06]") {
  const auto told = [](std::uint64_t value, const char* session = "s0",
                       message_body body = intent_withdraw{intent_id("i"), {}}) {
    envelope said;
    said.version = "0.1.13";
    said.message_id = message_id("m");
    said.session_id = session_id(session);
    said.sender = {principal_id("service:c"), principal_type::service, instance_id("c")};
    said.ts = "2026-01-01T00:00:00Z";
    said.watermark = watermark{lamport_watermark(value)};
    said.body = std::move(body);
    return notice{audience::all(), encode(said), voice::coordinator, value};
  };
  const auto story = [&](const std::function<void(decision&)>& change) {
    tale one;
    one.then({}).then({});
    auto next = one.made({});
    next.notices = {told(next.lamport_after), told(next.lamport_after + 1)};
    next.lamport_after += 1;
    change(next);
    return one.see(next).amiss();
  };
  CHECK(story([](decision&) {}) == "");
  CHECK_THAT(story([&](decision& next) {
               resolution verdict;
               verdict.conflict_id = conflict_id("c");
               verdict.decision = decision_kind::approved;
               verdict.resolution_id = resolution_id("z");
               verdict.rationale = "so it is";
               next.notices[1] = told(next.lamport_after, "s0", verdict);
             }),
             Contains("does not settle"));
  CHECK_THAT(story([](decision& next) { ++next.sequence; }), Contains("the one before"));
  CHECK_THAT(story([](decision& next) { --next.sequence; }), Contains("the one before"));
  CHECK_THAT(story([](decision& next) { std::swap(next.notices[0], next.notices[1]); }), Contains("12.7"));
  CHECK_THAT(story([](decision& next) { next.notices[1] = next.notices[0]; }), Contains("12.7"));
  CHECK_THAT(story([&](decision& next) { next.notices[0] = told(1); }), Contains("12.7"));
  CHECK_THAT(story([](decision& next) { next.lamport_after = 1; }), Contains("12.7"));
  CHECK_THAT(story([](decision& next) {
               next.cause.kind = announced;
               next.cause.sender_lamport = 99;
             }),
             Contains("12.7"));
  CHECK_THAT(story([&](decision& next) { next.notices[0] = told(next.lamport_after - 1, "s1"); }),
             Contains("of session s1"));
  CHECK_THAT(story([](decision& next) { next.notices[0].frame = frame::of(R"({"protocol":"MPAC")"); }),
             Contains("nobody can read"));
}

TEST_CASE("facts that are not what the decisions say are noticed", "[8.1.1.2-01][15.2.1-01]") {
  HOLDS(tale().then({begins("i"), begins("j", "p0", "b.py")}).tables().overlaps().indexes().snapshot());
  BREAKS(tale().then({begins("i")}).in_secret({begins("j", "p0", "b.py")}).then({}).tables(), "live intents");
  BREAKS(tale().then({begins("i")}).in_secret({moves("i", intent_state::withdrawn)}).is_said({}).tables(),
         "live intents");
  BREAKS(tale().then({begins("i")}).is_said({moves("i", intent_state::suspended)}).tables(), "decisions");
  BREAKS(tale()
             .then({})
             .in_secret({operation_registered{operation("o", "i", operation_state::proposed)}})
             .is_said({})
             .tables(),
         "pending operations");
  BREAKS(tale().then({}).in_secret({conflict_opened{conflict("c")}}).is_said({}).tables(), "open conflicts");
  deferral_record deferral;
  deferral.deferral_id = deferral_id("d");
  deferral.principal_id = principal_id("p0");
  BREAKS(tale().then({}).in_secret({deferral_began{deferral}}).is_said({}).tables(), "deferrals");
  BREAKS(tale().then({begins("i")}).in_secret({begins("j", "p0", "b.py")}).is_said({}).snapshot(), "live intents");
}

TEST_CASE("an overlap that nobody is told of is noticed", "[17.2-01]") {
  auto between = conflict("c");
  between.intent_a = intent_id("j");
  between.intent_b = intent_id("i");
  between.related_intents = {intent_id("j"), intent_id("i")};
  between.intents_by_then = 2;
  HOLDS(tale().then({begins("i")}).then({begins("j", "p1"), conflict_opened{between}}).overlaps());
  BREAKS(tale().then({begins("i")}).then({begins("j", "p1")}).overlaps(), "nobody was told");
  HOLDS(tale().then({begins("i")}).then({begins("j", "p0")}).overlaps()); // one's own are no dispute
}

TEST_CASE("what is frozen by the decisions and not by the facts is noticed", "[18.6.2-01]") {
  const auto frozen = [](bool is_known) {
    tale story;
    story.then({begins("i")}).then({conflict_opened{conflict("c")}});
    is_known ? story.then({freezes("c", "a.py")}) : story.is_said({freezes("c", "a.py")});
    return story.indexes().amiss();
  };
  CHECK(frozen(true) == "");
  CHECK_THAT(frozen(false), Contains("what is frozen at a target"));
}

TEST_CASE("what never ends is noticed in the silence afterwards", "[17.9-01]") {
  HOLDS(tale().then({begins("i")}).then({moves("i", intent_state::expired)}).silence());
  BREAKS(tale().then({begins("i")}).silence(), "whose time is over");
  const auto pending = operation_registered{operation("o", "i", operation_state::proposed)};
  BREAKS(tale()
             .then({begins("i")})
             .then({pending}, message_kind::op_propose)
             .then({moves("i", intent_state::expired)})
             .silence(),
         "pending for ever");
  BREAKS(tale().then({conflict_opened{conflict("c")}}).silence(), "is stuck");
  auto about = conflict("c");
  about.related_ops = {op_id("o")};
  HOLDS(tale()
            .then({begins("i")})
            .then({commits("o", "i")}, committed)
            .then({conflict_opened{about}})
            .then({moves("i", intent_state::expired)})
            .silence());
}

TEST_CASE("a dismissal while a party lives is noticed", "[17.9-01]") {
  auto about = conflict("c");
  about.related_intents = {intent_id("i")};
  about.intents_by_then = 9;
  BREAKS(
      tale().then({begins("i")}).then({conflict_opened{about}}).then({ends("c", conflict_state::dismissed)}).tables(),
      "is dismissed while intent i lives");
  HOLDS(tale()
            .then({begins("i")})
            .then({conflict_opened{about}})
            .then({moves("i", intent_state::expired), ends("c", conflict_state::dismissed)})
            .tables());
}

TEST_CASE("a claim or a deferral that ends twice is noticed", "[14.7.4-10][15.5.1-05]") {
  claim_record claim;
  claim.claim_id = claim_id("k");
  claim.original_intent_id = intent_id("i");
  claim.claimant = principal_id("p1");
  const claim_decided decided{claim_id("k"), claim_decision::rejected, {}, {}};
  tale story;
  story.then({begins("i")}).then({moves("i", intent_state::suspended)}).then({claim_submitted{claim}}).then({decided});
  HOLDS(story.tables().indexes());
  BREAKS(story.is_said({decided}), "decided twice");
  BREAKS(tale().then({begins("i")}).is_said({claim_submitted{claim}}), "claimed while it is ACTIVE");
  BREAKS(tale().is_said({deferral_ended{principal_id("p0"), deferral_id("d")}}), "ends twice");
}
