#include "client/session_view.hpp"

#include "tests/client/coordinator.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

const principal_id alice("agent:alice"), bob("agent:bob");

struct watched {
  session_view view{alice};
  base::instant now = start;

  template <class Message>
  void hears(const principal_id& from, Message said, std::optional<std::string> extensions = {}) {
    origin of;
    of.principal = from;
    of.is_coordinator = from == principal_id("service:c");
    if (extensions)
      of.extensions = json_text{*extensions};
    view.take(heard<Message>{std::move(of), std::move(said)}, now);
  }
  void announces(const principal_id& who, const std::string& id, const std::string& file,
                 std::optional<double> ttl = {}) {
    intent_announce said;
    said.intent_id = intent_id(id);
    said.objective = "work on " + file;
    said.scope = file_set({file});
    said.ttl_sec = ttl;
    hears(who, said);
  }
};

const principal_id hub("service:c");

} // namespace

TEST_CASE("the view knows who holds what") {
  watched session;
  session.announces(bob, "i-bob", "src/b.py");
  session.announces(alice, "i-alice", "src/a.py");
  CHECK(session.view.mine().size() == 1);
  REQUIRE(session.view.others_on(file_set({"src/b.py", "src/a.py"})).size() == 1);
  CHECK(session.view.others_on(file_set({"src/b.py"}))[0]->intent_id == intent_id("i-bob"));
  CHECK(session.view.others_holding("src/b.py").size() == 1);
  CHECK(session.view.others_holding("src/a.py").empty());

  SECTION("until it is withdrawn") {
    session.hears(bob, intent_withdraw{intent_id("i-bob"), {}});
    CHECK(session.view.others_holding("src/b.py").empty());
  }
  SECTION("elsewhere after an update") {
    intent_update moved;
    moved.intent_id = intent_id("i-bob");
    moved.scope = file_set({"src/c.py"});
    session.hears(bob, moved);
    CHECK(session.view.others_holding("src/b.py").empty());
    CHECK(session.view.others_holding("src/c.py").size() == 1);
  }
  SECTION("until its owner leaves") {
    session.hears(bob, goodbye{goodbye_reason::user_exit, {}, {}});
    CHECK(session.view.others_holding("src/b.py").empty());
    CHECK_FALSE(session.view.participants().contains(bob));
  }
  SECTION("also when its owner has left it to others") {
    session.hears(bob, goodbye{goodbye_reason::user_exit, {}, intent_disposition::transfer});
    REQUIRE(session.view.others_holding("src/b.py").size() == 1);
    CHECK(session.view.others_holding("src/b.py")[0]->is_suspended);
  }
  SECTION("suspended while its owner is lost") {
    session.hears(
        hub, protocol_error{error_code::participant_unavailable, {}, "", json_text{R"({"principal_id":"agent:bob"})"}});
    CHECK_FALSE(session.view.participants().at(bob).is_available);
    CHECK(session.view.intents().at(intent_id("i-bob")).is_suspended);
    session.hears(hub, intent_update{intent_id("i-bob"), {}, {}, {}, {}},
                  R"({"intent_state":"ACTIVE","cause":"owner_returned"})");
    CHECK_FALSE(session.view.intents().at(intent_id("i-bob")).is_suspended);
  }
  SECTION("and whose it becomes by a claim") {
    session.hears(hub, intent_update{intent_id("i-bob"), {}, {}, {}, {}},
                  R"({"cause":"claim_pending","claim_id":"c","claimed_by":"agent:alice"})");
    CHECK(session.view.intents().at(intent_id("i-bob")).claimed_by == alice);
    intent_claim claim;
    claim.original_intent_id = intent_id("i-bob");
    claim.new_intent_id = intent_id("i-new");
    claim.scope = file_set({"src/b.py"});
    session.hears(alice, claim);
    CHECK_FALSE(session.view.intents().contains(intent_id("i-bob")));
    CHECK(session.view.intents().at(intent_id("i-new")).principal_id == alice);
  }
}

TEST_CASE("an intent whose time is over holds nothing, for nobody tells of its end", "[15.3]") {
  watched session;
  session.announces(bob, "i-bob", "b.py", 60);
  session.view.look(start + 59s);
  CHECK(session.view.others_holding("b.py").size() == 1);
  session.view.look(start + 60s);
  CHECK(session.view.others_holding("b.py").empty());
  intent_update longer;
  longer.intent_id = intent_id("i-bob");
  longer.ttl_sec = 300;
  session.now = start + 61s;
  session.hears(bob, longer);
  session.view.look(start + 62s);
  CHECK(session.view.others_holding("b.py").size() == 1);
}

TEST_CASE("conflicts are open from their report to their resolution") {
  watched session;
  session.announces(alice, "i-alice", "a.py");
  conflict_report report;
  report.conflict_id = conflict_id("c-1");
  report.category = conflict_category::scope_overlap;
  report.related_intents = {intent_id("i-alice"), intent_id("i-bob")};
  report.principal_a = bob;
  report.principal_b = alice;
  session.hears(hub, report);
  REQUIRE(session.view.my_conflicts().size() == 1);
  CHECK(session.view.my_conflicts()[0]->parties == std::vector{bob, alice});
  resolution settled;
  settled.conflict_id = conflict_id("c-1");
  session.hears(bob, settled);
  CHECK(session.view.conflicts().empty());
}

TEST_CASE("a summary makes the view anew, and then what is missing shows", "[12.8]") {
  watched session;
  session.announces(bob, "i-gone", "b.py");
  const message_body withdrawal = intent_withdraw{intent_id("i-strange"), {}};
  CHECK_FALSE(session.view.missing_in(withdrawal)); // what was there before nobody has told
  session_overview all;
  intent_summary told;
  told.intent_id = intent_id("i-1");
  told.principal_id = bob;
  told.state = "SUSPENDED";
  told.scope = file_set({"x.py"});
  all.active_intents = {told};
  session.view.take(all);
  CHECK_FALSE(session.view.intents().contains(intent_id("i-gone")));
  CHECK(session.view.intents().at(intent_id("i-1")).is_suspended);
  CHECK(session.view.missing_in(withdrawal) == "i-strange");
  CHECK_FALSE(session.view.missing_in(message_body(intent_withdraw{intent_id("i-1"), {}})));
}

TEST_CASE("state refs follow commits in post_commit, and written files always") {
  watched session;
  op_commit commit;
  commit.target = "a.py";
  commit.state_ref_after = "sha256:1";
  SECTION("post_commit") {
    session.hears(bob, commit);
    CHECK(session.view.files().at("a.py") == "sha256:1");
  }
  SECTION("pre_commit: a request looks like a completion") {
    session.view.take(joined{coordinator::info("pre_commit"), 1, false}, start);
    session.hears(bob, commit);
    CHECK(session.view.files().empty());
    session.view.take(file_updated{"a.py", "sha256:2", bob}, start);
    CHECK(session.view.files().at("a.py") == "sha256:2");
  }
}

TEST_CASE("an intent whose time is over counts no more, and is forgotten a while later") {
  watched session;
  session.announces(bob, "i-bob", "b.py", 60);
  session.announces(alice, "i-alice", "a.py");
  session.view.look(start + 59s);
  CHECK(session.view.others_holding("b.py").size() == 1);
  session.view.look(start + 60s);
  CHECK(session.view.others_holding("b.py").empty());
  CHECK(session.view.intents().at(intent_id("i-bob")).is_overdue);

  SECTION("unless it is renewed") {
    intent_update longer;
    longer.intent_id = intent_id("i-bob");
    longer.ttl_sec = 3600;
    session.hears(bob, longer);
    session.view.look(start + 59min);
    CHECK_FALSE(session.view.intents().at(intent_id("i-bob")).is_overdue);
  }
  SECTION("by the clock") {
    session.view.look(start + 60s + 5min);
    CHECK_FALSE(session.view.intents().contains(intent_id("i-bob")));
    CHECK(session.view.intents().contains(intent_id("i-alice"))); // its end is not known
  }
}
