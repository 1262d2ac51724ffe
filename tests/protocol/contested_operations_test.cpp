#include "protocol/contested_operations.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

contested_operations::entry entry(const char* id, const char* target, std::optional<std::string> before,
                                  std::optional<std::string> rollback = {}) {
  return {op_id(id), target, std::move(before), std::move(rollback)};
}

std::vector<op_id> undone(const contested_operations& waiting, const char* id, const char* message, const char* target,
                          std::optional<std::string> after) {
  const op_id op(id);
  const message_id by(message);
  const std::string where(target);
  return waiting.undone_by({op, by, where, after});
}

using ids = std::vector<op_id>;

} // namespace

TEST_CASE("a contested operation is undone by what was named, or by what brings its target back", "[7.8-15][18.4-04]") {
  contested_operations waiting(8);
  CHECK(waiting.empty());
  waiting.add(entry("o1", "a.py", "r0", "undo"));
  waiting.add(entry("o2", "b.py", "s0", "m7"));
  CHECK(undone(waiting, "undo", "m1", "elsewhere", {}) == ids{op_id("o1")});
  CHECK(undone(waiting, "x", "m7", "elsewhere", {}) == ids{op_id("o2")});
  CHECK(undone(waiting, "x", "m1", "a.py", "r0") == ids{op_id("o1")});
  CHECK(undone(waiting, "x", "m1", "b.py", "r0").empty());
  CHECK(undone(waiting, "x", "m1", "a.py", {}).empty());
  CHECK(undone(waiting, "o1", "m1", "a.py", "r0").empty()); // not by itself
}

TEST_CASE("a target without a known state is brought back by nothing", "[7.8-15]") {
  contested_operations waiting(8);
  waiting.add(entry("o1", "a.py", {}));
  waiting.add(entry("o2", "a.py", ""));
  CHECK(undone(waiting, "x", "m1", "a.py", "").empty());
  CHECK(undone(waiting, "x", "m1", "a.py", {}).empty());
}

TEST_CASE("contested operations are forgotten when they are undone, the oldest first when there are too many") {
  contested_operations waiting(2);
  waiting.add(entry("o1", "a", "r0"));
  waiting.add(entry("o2", "a", "r0"));
  waiting.add(entry("o2", "a", "r0", "undo")); // contested again: one entry
  CHECK(waiting.size() == 2);
  waiting.add(entry("o3", "a", "r0"));
  CHECK(undone(waiting, "x", "m", "a", "r0") == ids{op_id("o2"), op_id("o3")});
  CHECK(undone(waiting, "undo", "m", "z", {}) == ids{op_id("o2")});
  waiting.drop(op_id("o2"));
  waiting.drop(op_id("unknown"));
  CHECK(waiting.size() == 1);
}
