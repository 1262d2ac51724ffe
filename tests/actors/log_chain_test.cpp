// The tamper-evident log of sessions in the verified profile: what is decided is chained before it is kept.
#include "security/hash_chain.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

#include <memory>
#include <vector>

using namespace mpac;
using namespace mpac::tests;

namespace {

std::vector<store::transcript_line> transcript(actor_house& house) {
  std::vector<store::transcript_line> lines;
  caf::anon_send(house.journal(),
                 actors::read_transcript{protocol::session_id("talk"), 0, 1 << 20,
                                         [&](const auto& line) { lines.push_back(line); }, [](const auto&) {}});
  house.run();
  return lines;
}

} // namespace

TEST_CASE("in the verified profile each frame of the transcript has its place in the chain, refused or not",
          "[23.1.3-05][23.1.3.1-04]") {
  auto policy = std::make_shared<protocol::session_policy>();
  policy->security_profile = protocol::security_profile::verified;
  opening how;
  how.policy = policy;
  actor_house house;
  house.open(how);
  house.connect("alice");
  house.says("alice", "HELLO");
  house.connect("bob");
  house.says("bob", "HELLO");
  const auto lines = transcript(house);
  REQUIRE(lines.size() == 4); // two HELLOs, and what each was told
  security::chain_head at{0, security::genesis("talk")};
  for (const auto& line : lines) {
    CHECK(line.index == at.entries + 1);
    CHECK(line.before.has_value() == line.inbound); // the first of its decision
    if (line.before)
      CHECK(*line.before == at.head);
    at = security::extended(at, security::entry_digest(line.frame->payload()), line.original);
  }
}

TEST_CASE("other profiles keep no chain", "[23.1.3-05]") {
  actor_house house;
  house.join("alice");
  const auto lines = transcript(house);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].index == 0);
  CHECK_FALSE(lines[0].before);
}
