// The tamper-evident log of sessions in the verified profile: what is decided is signed, chained, and then kept.
#include "actors/safeguards.hpp"
#include "security/envelope_signature.hpp"
#include "security/hash_chain.hpp"
#include "security/log_record_text.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/trusting.hpp"

#include <caf/all.hpp>

#include <memory>
#include <span>
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

TEST_CASE("in the verified profile each frame of the transcript has its place in the chain, the hub's own are signed",
          "[23.1.3-05][23.1.3.1-01][23.1.3.1-04]") {
  const auto hub = key_of("hub"), alice = key_of("alice");
  auto policy = std::make_shared<protocol::session_policy>();
  policy->security_profile = protocol::security_profile::verified;
  policy->security.coordinator_key = "sha256:of the hub";
  opening how;
  how.policy = policy;
  auto guards = std::make_shared<actors::safeguards>();
  guards->credentials = std::make_shared<trusting>();
  house_rules rules;
  rules.coordinator_key = std::make_shared<const security::signing_key>(hub);
  actor_house house(rules);
  house.guarded_by(guards);
  house.open(how);
  house.connect("alice");
  auto hello = house.letter("alice", "HELLO");
  const std::string payload = "\"payload\":{";
  hello.insert(hello.find(payload) + payload.size(), "\"credential\":{\"type\":\"x509_chain\",\"value\":" +
                                                         security::to_json_string(alice.certificate_chain()) + "},");
  house.send("alice", security::sign_envelope(hello, alice).value());
  house.send("alice", security::sign_envelope(house.letter("alice", "HEARTBEAT status=idle"), alice).value());
  house.send("alice", house.letter("alice", "HEARTBEAT status=idle")); // not signed: refused, and recorded
  const auto lines = transcript(house);
  REQUIRE(lines.size() >= 4);
  security::chain_head at{0, security::genesis("talk")};
  const std::vector keys{hub.verifying()};
  for (const auto& line : lines) {
    CAPTURE(line.frame->payload());
    CHECK(line.index == at.entries + 1);
    if (line.before)
      CHECK(*line.before == at.head);
    if (!line.inbound)
      CHECK(security::check_signature(line.frame->payload(), keys));
    at = security::extended(at, security::entry_digest(line.frame->payload()));
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
