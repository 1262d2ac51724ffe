#include "client/coordinator_fence.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::client;
using namespace mpac::protocol;
using belief = coordinator_fence::verdict;

namespace {

struct speaker {
  std::string name = "service:coordinator-s";
  std::int64_t epoch = 1;

  envelope says(message_body body, std::uint64_t lamport) const {
    envelope e;
    e.message_id = message_id(name + std::to_string(epoch) + ":" + std::to_string(lamport));
    e.sender = {principal_id(name), principal_type::service, instance_id(name + ":epoch-" + std::to_string(epoch))};
    e.coordinator_epoch = epoch;
    e.watermark = lamport_watermark(lamport);
    e.body = std::move(body);
    return e;
  }
  envelope status(std::uint64_t lamport) const { return says(coordinator_status{}, lamport); }
};

} // namespace

TEST_CASE("words of an earlier epoch are stale", "[8.1.1.4][8.1.1.4-C04][8.1.1.4-C05][11-C04][11.4-08]") {
  coordinator_fence fence;
  const speaker old, fresh{.epoch = 2};
  CHECK(fence.judge(old.status(5)) == belief::current);
  CHECK(fence.judge(fresh.status(6)) == belief::successor);
  CHECK(fence.epoch() == 2);
  CHECK(fence.judge(old.status(900)) == belief::stale);
  CHECK(fence.judge(old.says(intent_update{}, 901)) == belief::stale);
  CHECK(fence.judge(fresh.status(7)) == belief::current);
  CHECK(fence.lamport() == 7);
}

TEST_CASE("of two coordinators in one epoch the one whose clock is ahead is believed", "[8.1.1.4][8.1.1.4-C06]") {
  coordinator_fence fence;
  const speaker one, other{.name = "service:other"};
  CHECK(fence.judge(one.status(10)) == belief::current);
  CHECK(fence.judge(other.status(10)) == belief::rival);
  CHECK(fence.coordinator() == principal_id(one.name));
  CHECK(fence.judge(other.status(11)) == belief::usurper);
  CHECK(fence.judge(one.status(10)) == belief::rival);
}

TEST_CASE("a participant's message fences nobody off, whatever epoch it writes into it") {
  coordinator_fence fence;
  const speaker hub, bob{.name = "agent:bob", .epoch = 99};
  CHECK(fence.judge(hub.status(1)) == belief::current);
  CHECK(fence.judge(bob.says(intent_update{}, 1000)) == belief::participant);
  CHECK(fence.judge(bob.says(resolution{}, 1001)) == belief::participant);
  CHECK(fence.epoch() == 1);
  CHECK(fence.judge(hub.status(2)) == belief::current);
}

TEST_CASE("what was told before the epoch changed may be told again, and nothing older", "[12.8]") {
  coordinator_fence fence;
  const speaker old{.epoch = 2}, older, fresh{.epoch = 3};
  CHECK(fence.judge(old.status(20)) == belief::current);
  fence.recall_from(fence.epoch(), fence.lamport());
  CHECK(fence.judge(fresh.says(session_info{}, 40)) == belief::successor);
  CHECK(fence.judge(old.says(op_reject{}, 21)) == belief::current);
  CHECK(fence.judge(old.says(op_reject{}, 20)) == belief::stale);
  CHECK(fence.judge(older.says(op_reject{}, 22)) == belief::stale);
  CHECK(fence.epoch() == 3);
  fence.recalled();
  CHECK(fence.judge(old.says(op_reject{}, 23)) == belief::stale);
}
