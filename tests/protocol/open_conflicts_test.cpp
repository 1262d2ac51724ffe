#include "protocol/open_conflicts.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

conflict_record dispute_of(const char* id, std::vector<intent_id> about, std::uint64_t based_on) {
  conflict_record made;
  made.conflict_id = conflict_id(id);
  made.related_intents = std::move(about);
  made.based_on = based_on;
  made.intents_by_then = 3;
  made.order = based_on;
  return made;
}

intent_record intent_of(const intent_id& id, std::uint64_t order) {
  intent_record made;
  made.intent_id = id;
  made.order = order;
  return made;
}

} // namespace

TEST_CASE("open conflicts are found by id and by each of their intents", "[17.8.1-01]") {
  const intent_id a("a"), b("b"), c("c");
  open_conflicts open;
  open.add(dispute_of("ab", {a, b}, 2));
  open.add(dispute_of("ac", {a, c}, 1));
  CHECK(open.between(intent_of(a, 1), intent_of(b, 2), conflict_category::scope_overlap));
  CHECK(open.between(intent_of(b, 2), intent_of(a, 1), conflict_category::scope_overlap));
  CHECK_FALSE(open.between(intent_of(b, 2), intent_of(c, 3), conflict_category::scope_overlap));
  REQUIRE(open.about(a).size() == 2);
  CHECK(open.about(a).front()->conflict_id.str() == "ac");
  CHECK(open.all().front()->conflict_id.str() == "ac"); // the first that was registered

  CHECK(open.take(conflict_id("ab")).based_on == 2);
  CHECK(open.find(conflict_id("ab")) == nullptr);
  CHECK_FALSE(open.between(intent_of(a, 1), intent_of(b, 2), conflict_category::scope_overlap));
  CHECK(open.about(b).empty());
  CHECK(open.about(a).size() == 1);
  CHECK(open.size() == 1);
}

TEST_CASE("an intent that bears the id of an ended one is not in its dispute", "[17.8.1-01]") {
  const intent_id a("a"), b("b");
  open_conflicts open;
  open.add(dispute_of("ab", {a, b}, 2));
  CHECK(concerns(*open.find(conflict_id("ab")), intent_of(a, 3)));
  CHECK_FALSE(concerns(*open.find(conflict_id("ab")), intent_of(a, 4)));
  CHECK_FALSE(open.between(intent_of(a, 4), intent_of(b, 2), conflict_category::scope_overlap));
}

TEST_CASE("open conflicts are found by the operations they are about", "[17.9-06]") {
  open_conflicts open;
  auto made = dispute_of("c1", {intent_id("a")}, 1);
  made.related_ops = {op_id("o1")};
  open.add(made);
  open.relate(conflict_id("c1"), op_id("o2"));
  open.relate(conflict_id("c1"), op_id("o3"));
  open.relate(conflict_id("c1"), op_id("o3")); // once is enough
  CHECK(open.about(op_id("o1")).size() == 1);
  CHECK(open.about(op_id("o2")).size() == 1);
  CHECK(open.about(op_id("o3")).size() == 1);
  CHECK(open.find(conflict_id("c1"))->related_ops.size() == 3);
  const auto any = [](const conflict_record&) { return true; };
  CHECK(open.any_about(op_id("o2"), any));
  CHECK(open.any_about(intent_id("a"), any));
  CHECK_FALSE(open.any_about(intent_id("b"), any));
  (void)open.take(conflict_id("c1"));
  CHECK(open.about(op_id("o1")).empty());
  CHECK_FALSE(open.any_about(op_id("o2"), any));
}

TEST_CASE("an operation that bears the id of an earlier one is not in its dispute", "[17.9-06]") {
  open_conflicts open;
  auto made = dispute_of("c1", {intent_id("a")}, 1);
  made.related_ops = {op_id("committed"), op_id("refused")};
  open.add(made);
  const auto& conflict = *open.find(conflict_id("c1"));
  CHECK(open.is_about(conflict, op_id("committed")));
  open.outlive(op_id("committed"), false);
  open.outlive(op_id("refused"), true);
  open.outlive(op_id("unrelated"), false);
  CHECK_FALSE(open.is_about(conflict, op_id("committed")));
  CHECK(open.about(op_id("refused")).empty());
  CHECK(conflict.related_ops.size() == 2); // what it was about stays on record
  CHECK(conflict.outlived_ops == std::vector{op_id("committed"), op_id("refused")});
  CHECK(conflict.outlived_commits == std::vector{op_id("committed")});
  // The new one may come into the same dispute, and be outlived in its turn.
  open.relate(conflict_id("c1"), op_id("committed"));
  CHECK(open.is_about(conflict, op_id("committed")));
  CHECK(conflict.related_ops.size() == 2);
  CHECK(conflict.outlived_ops == std::vector{op_id("refused")});
  open.outlive(op_id("committed"), false);
  CHECK(conflict.outlived_ops.size() == 2);
  CHECK(conflict.outlived_commits.size() == 1);
  (void)open.take(conflict_id("c1"));
  CHECK(open.size() == 0);
}
