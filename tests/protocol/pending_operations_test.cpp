#include "protocol/pending_operations.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::protocol;

namespace {

operation_record proposal(const char* id, std::uint64_t order, std::optional<intent_id> intent = {},
                          std::optional<op_id> batch = {}) {
  operation_record made;
  made.op_id = op_id(id);
  made.principal_id = principal_id("alice");
  made.intent_id = std::move(intent);
  made.batch_id = std::move(batch);
  made.state = operation_state::proposed;
  made.order = order;
  return made;
}

std::string names(const pending_operations::listing& listed) {
  std::string all;
  for (const auto* one : listed)
    all += one->op_id.str() + ' ';
  return all;
}

const base::instant later = base::instant{} + std::chrono::seconds{5};

} // namespace

TEST_CASE("pending operations are found by intent, by proposer and by batch, oldest first", "[16.6.1-01][16.8-12]") {
  pending_operations pending;
  CHECK(pending.find(op_id("o1")) == nullptr);
  CHECK_FALSE(pending.holds_batch(op_id("b")));
  pending.add(proposal("o2", 2, intent_id("i"), op_id("b")));
  pending.add(proposal("o1", 1, intent_id("i")));
  pending.add(proposal("o3", 3, {}, op_id("b")));
  CHECK(names(pending.under(intent_id("i"))) == "o1 o2 ");
  CHECK(names(pending.of(principal_id("alice"))) == "o1 o2 o3 ");
  CHECK(names(pending.in_batch(op_id("b"))) == "o2 o3 ");
  CHECK(names(pending.all()) == "o1 o2 o3 ");
  CHECK(pending.count_of(principal_id("alice")) == 3);
  CHECK(pending.count_of(principal_id("bob")) == 0);
  CHECK(pending.holds_batch(op_id("b")));

  CHECK(pending.take(op_id("o2")).order == 2);
  CHECK(pending.take(op_id("o3")).order == 3);
  CHECK(names(pending.under(intent_id("i"))) == "o1 ");
  CHECK_FALSE(pending.holds_batch(op_id("b")));
  CHECK(pending.count_of(principal_id("alice")) == 1);
}

TEST_CASE("who has been given notice is due, earliest first, until taken", "[15.7-05][15.7-06]") {
  pending_operations pending;
  CHECK(pending.next_refusal() == base::never);
  pending.add(proposal("o1", 1));
  pending.add(proposal("o2", 2));
  CHECK(pending.next_refusal() == base::never);
  pending.give_notice(op_id("o1"), later + std::chrono::seconds{1});
  pending.give_notice(op_id("o2"), later);
  CHECK(pending.next_refusal() == later);
  CHECK(pending.refusable(later - std::chrono::seconds{1}).empty());
  CHECK(names(pending.refusable(later + std::chrono::seconds{9})) == "o2 o1 ");
  (void)pending.take(op_id("o2"));
  pending.give_notice(op_id("o1"), base::never);
  CHECK(pending.next_refusal() == base::never);
}
