#include "protocol/conflict.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

constexpr rights contributor{true, false, false, false};
constexpr rights owner{true, true, true, false};
constexpr rights arbiter{true, true, true, true};
constexpr rights observer{};

dispute fresh_dispute(conflict_state state = conflict_state::open, std::optional<principal_id> target = {}) {
  conflict_record record;
  record.conflict_id = conflict_id("c");
  record.state = state;
  record.escalated_to = std::move(target);
  return dispute(record);
}

std::shared_ptr<deliberation> ask(decltype(deliberation::request) what, const char* who, rights authority) {
  auto question = std::make_shared<deliberation>();
  question->conflict_id = conflict_id("c");
  question->request = std::move(what);
  question->who = principal_id(who);
  question->authority = authority;
  question->message = message_id("m");
  question->is_related = true;
  question->target_exists = true;
  question->target_has_authority = true;
  return question;
}

conflict_escalate to(const char* whom) {
  return {conflict_id("c"), principal_id(whom), "reason", {}};
}
resolution says(decision_kind what) {
  resolution said;
  said.conflict_id = conflict_id("c");
  said.decision = what;
  return said;
}

std::optional<error_code> refused(const ruling& what) {
  return what.refused() ? std::optional(what.refused()->code) : std::nullopt;
}

} // namespace

TEST_CASE("to consider changes nothing, to absorb does", "[17.8.1-02]") {
  auto room = fresh_dispute();
  const auto said = room.consider(ask(conflict_ack{conflict_id("c"), ack_type::seen}, "a", contributor));
  CHECK(room.state() == conflict_state::open);
  room.absorb(said);
  CHECK(room.state() == conflict_state::acked);
}

TEST_CASE("a dispute never asks who found its conflict, nor of what kind and weight it is", "[7.6-01]") {
  using enum basis_kind;
  const std::vector<decltype(deliberation::request)> requests{
      conflict_ack{conflict_id("c"), ack_type::seen}, conflict_ack{conflict_id("c"), ack_type::disputed}, to("b"),
      says(decision_kind::approved), says(decision_kind::dismissed)};
  for (const auto state : {conflict_state::open, conflict_state::acked, conflict_state::escalated}) {
    for (const auto& request : requests)
      for (const auto& authority : {observer, contributor, owner, arbiter}) {
        const auto question = ask(request, "a", authority);
        auto plain = fresh_dispute(state);
        const auto expected = plain.consider(question);
        for (const auto basis : {rule, heuristic, model_inference, semantic_match, human_report}) {
          conflict_record record;
          record.conflict_id = conflict_id("c");
          record.state = state;
          record.basis = basis;
          record.category = conflict_category::semantic_goal_conflict;
          record.severity = severity::critical;
          dispute other(record);
          const auto found = other.consider(question);
          REQUIRE(refused(found) == refused(expected));
          if (expected.accepted())
            CHECK(found.accepted()->to == expected.accepted()->to);
        }
      }
  }
}

TEST_CASE("a refusal is absorbed without effect and names the message", "[22.1-21]") {
  auto room = fresh_dispute();
  const auto said = room.consider(ask(says(decision_kind::approved), "a", contributor));
  REQUIRE(said.refused());
  CHECK(said.refused()->refers_to == message_id("m"));
  room.absorb(said);
  CHECK(room.state() == conflict_state::open);
}

TEST_CASE("before escalation owners and arbiters resolve", "[18.4-07][18.4-11]") {
  const auto room = fresh_dispute();
  CHECK(refused(room.consider(ask(says(decision_kind::approved), "a", observer))) == error_code::authorization_failed);
  CHECK(refused(room.consider(ask(says(decision_kind::approved), "a", contributor))) ==
        error_code::authorization_failed);
  CHECK_FALSE(refused(room.consider(ask(says(decision_kind::approved), "a", owner))));
  CHECK_FALSE(refused(room.consider(ask(says(decision_kind::approved), "a", arbiter))));
}

TEST_CASE("after escalation the target and arbiters resolve", "[18.4-12][17.8.1-10]") {
  const auto room = fresh_dispute(conflict_state::escalated, principal_id("target"));
  CHECK(refused(room.consider(ask(says(decision_kind::approved), "other", owner))) == error_code::authorization_failed);
  CHECK_FALSE(refused(room.consider(ask(says(decision_kind::approved), "target", owner))));
  CHECK_FALSE(refused(room.consider(ask(says(decision_kind::approved), "other", arbiter))));
}

TEST_CASE("of two resolutions under way at once the first is taken", "[18.4-09][18.4-10]") {
  auto room = fresh_dispute();
  const auto first = ask(says(decision_kind::approved), "a", owner);
  const auto second = ask(says(decision_kind::rejected), "b", owner);
  room.absorb(room.consider(first));
  CHECK(room.state() == conflict_state::closed);
  CHECK(refused(room.consider(second)) == error_code::resolution_conflict);
  // Authority is asked first.
  CHECK(refused(room.consider(ask(says(decision_kind::rejected), "c", contributor))) ==
        error_code::authorization_failed);
}

TEST_CASE("a resolver's `dismissed` closes as every resolution does", "[17.8.1-04][17.8.1-12]") {
  const auto room = fresh_dispute();
  const auto said = room.consider(ask(says(decision_kind::dismissed), "a", owner));
  REQUIRE(said.accepted());
  CHECK(said.accepted()->to == conflict_state::closed);
}

TEST_CASE("refusing what is committed wants a rollback", "[18.4-03][18.4-04][18.4-05]") {
  const auto room = fresh_dispute();
  auto said = says(decision_kind::rejected);
  auto question = ask(said, "a", owner);
  question->rejects_committed = true;
  CHECK(refused(room.consider(question)) == error_code::malformed_message);
  said.outcome.emplace();
  said.outcome->rollback = "not_required";
  question = ask(said, "a", owner);
  question->rejects_committed = true;
  CHECK_FALSE(refused(room.consider(question)));
}

TEST_CASE("escalation asks who, whether and to whom, in this order", "[17.4-01][17.4-02]") {
  const auto room = fresh_dispute();
  CHECK(refused(room.consider(ask(to("t"), "a", observer))) == error_code::authorization_failed);
  auto question = ask(to("t"), "a", contributor);
  question->target_exists = false;
  CHECK(refused(room.consider(question)) == error_code::invalid_reference);
  question = ask(to("t"), "a", contributor);
  question->target_has_authority = false;
  CHECK(refused(room.consider(question)) == error_code::authorization_failed);
  const auto said = room.consider(ask(to("t"), "a", contributor));
  REQUIRE(said.accepted());
  CHECK(said.accepted()->to == conflict_state::escalated);
  CHECK(said.accepted()->escalated_to == principal_id("t"));
  CHECK(refused(fresh_dispute(conflict_state::escalated, principal_id("t")).consider(ask(to("u"), "a", contributor))) ==
        error_code::invalid_reference);
}

TEST_CASE("acknowledgements are the parties' and move an OPEN conflict alone", "[17.8.1-02][17.3-01]") {
  auto question = ask(conflict_ack{conflict_id("c"), ack_type::seen}, "a", owner);
  question->is_related = false;
  CHECK(refused(fresh_dispute().consider(question)) == error_code::authorization_failed);
  const auto disputed = ask(conflict_ack{conflict_id("c"), ack_type::disputed}, "a", contributor);
  CHECK(fresh_dispute().consider(disputed).accepted()->to == conflict_state::open);
  const auto seen = ask(conflict_ack{conflict_id("c"), ack_type::seen}, "a", contributor);
  CHECK(fresh_dispute(conflict_state::escalated).consider(seen).accepted()->to == conflict_state::escalated);
  CHECK(refused(fresh_dispute(conflict_state::closed).consider(seen)) == error_code::invalid_reference);
}
