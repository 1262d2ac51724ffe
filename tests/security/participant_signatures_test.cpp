// The signatures of participants, as the verifier of transcripts finds them.
#include "security/participant_signatures.hpp"

#include "tests/security/told_transcript.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::security;
using namespace mpac::security::tests;

TEST_CASE("what a participant is said to have said and has not signed is found, though the coordinator chained it",
          "[23.1.3-05][23.1.3.1-05]") {
  struct forgery {
    std::size_t place;
    std::string message, why;
  };
  const auto honest = good();
  const auto mallory = made_key("mallory");
  const std::string no_key = "signature.kid: names no key of this sender";
  const std::vector<forgery> forgeries{
      {2, raw_from("agent:alice", 1, 2), "the message is not signed"},
      {2, from_alice(1, 2, mallory), no_key},
      {2, from_alice(1, 2, new_alice()), no_key}, // it is not hers yet
      {2, sign_envelope(raw_from("agent:bob", 1, 2), alice()).value(), no_key},
      {0, hello_of("agent:alice", 0, 1, alice(), mallory), no_key},
      {0, sign_envelope(raw_from("agent:alice", 0, 1, "HELLO"), alice()).value(),
       "payload.credential: there is no PEM certificate"},
      {8, rotation(3, 7, mallory, mallory), no_key},
      {10, R"({"watermark":{"kind":"lamport_clock","value":12},"a":1,"a":1})", "the message has no canonical form"}};
  for (const auto& [place, message, why] : forgeries) {
    CAPTURE(message);
    told it;
    for (std::size_t i = 0; i < 12; ++i)
      if (const auto& was = honest.lines[i].message; was.find("checkpoint") == std::string::npos) // they would tell
        it.say(i == place ? message : was);
    it.sign();
    const auto index = place + 1 - (place > 4) - (place > 9);
    CHECK(verdict(it.text()).starts_with(std::to_string(index) + ": is not signed by its sender: " + why));
  }
}

TEST_CASE("a message that the coordinator has refused need not be signed; who was refused has brought no key",
          "[23.1.3-05][23.1.3.1-05]") {
  const auto mallory = made_key("mallory");
  const auto said = [&](const std::string& message, const std::string& answer, bool goes_on = false) {
    told it;
    it.say(hello_of("agent:alice", 0, 1, alice(), alice()));
    it.say(message);
    it.say(answer);
    if (goes_on)
      it.say(from_alice(7, 9, mallory));
    it.sign();
    return verdict(it.text());
  };
  const auto unsigned_one = raw_from("agent:alice", 1, 2);
  CHECK(said(unsigned_one, refusal_of("a1", 3)) == "good");
  CHECK(names(said(unsigned_one, refusal_of("a2", 3)), 2));
  CHECK(names(said(unsigned_one, refusal_of("a1", 3, "PARTICIPANT_UNAVAILABLE")), 2)); // of what it has accepted
  CHECK(names(said(unsigned_one, from_hub(3)), 2));
  CHECK(names(said(unsigned_one, from_alice(5, 3)), 2));
  auto forged = refusal_of("a1", 3);
  forged = forged.substr(0, forged.find(",\"signature\"")) + "}";
  CHECK(names(said(unsigned_one, forged), 2));
  auto in_its_name = raw_from("service:coordinator-s", 1, 2);
  CHECK(said(in_its_name, refusal_of("a1", 3)) == "good");
  const auto again = hello_of("agent:alice", 1, 2, mallory, mallory);
  CHECK(said(again, refusal_of("a1", 3)) == "good");
  CHECK(said(again, from_hub(3), true) == "good");
  CHECK(names(said(again, refusal_of("a1", 3), true), 4));
  // A key that its owner has named stays named, even if the rest of that message was refused.
  CHECK(said(rotation(1, 2, mallory, alice()), refusal_of("a1", 3), true) == "good");
}
