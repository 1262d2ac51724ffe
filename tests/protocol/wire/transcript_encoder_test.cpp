#include "protocol/wire/transcript_encoder.hpp"

#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using protocol::transcript_entry;

namespace {

transcript_entry said(std::uint64_t sequence, const std::string& text) {
  return {sequence, protocol::frame::of(text), 0, {}, {}};
}

std::string message(const std::string& who, const std::string& instance, const std::string& watermark) {
  return R"({"sender":{"principal_id":")" + who + R"(","sender_instance_id":")" + instance + "\"}" +
         (watermark.empty() ? "" : ",\"watermark\":" + watermark) + "}";
}

std::string lamport(int value) {
  return R"({"kind":"lamport_clock","value":)" + std::to_string(value) + "}";
}

std::vector<std::uint64_t> order_of(std::vector<transcript_entry> entries) {
  protocol::sort_transcript(entries);
  std::vector<std::uint64_t> order;
  for (const auto& entry : entries)
    order.push_back(entry.sequence);
  return order;
}

} // namespace

TEST_CASE("messages are ordered by Lamport value, then by sender and instance", "[9.6.3-02][9.6.3-03]") {
  CHECK(order_of({said(1, message("bob", "b1", lamport(7))), said(2, message("alice", "a2", lamport(7))),
                  said(3, message("alice", "a1", lamport(7))), said(4, message("carol", "c", lamport(3)))}) ==
        std::vector<std::uint64_t>{4, 3, 2, 1});
}

TEST_CASE("a message without a Lamport value stands where the hub's clock was when it came", "[9.6.3-03]") {
  // Also one whose watermark is of another kind, unless that tells a Lamport value.
  CHECK(
      order_of({said(1, message("a", "i", lamport(5))), said(2, message("b", "i", "")),
                said(3, message("c", "i", lamport(9))), said(4, message("d", "i", R"({"kind":"opaque","value":"x"})")),
                said(5, message("e", "i", R"({"kind":"vector_clock","value":{},"lamport_value":6})")),
                said(6, "no JSON at all")}) == std::vector<std::uint64_t>{1, 2, 5, 6, 3, 4});
}

TEST_CASE("the pieces of a transcript make one object with every member", "[9.6.3-01][9.6.3-04]") {
  pure_house house;
  house.join("alice", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  std::vector<transcript_entry> entries;
  for (const auto& decision : house.decisions()) {
    if (decision.cause.inbound)
      entries.push_back({decision.sequence, decision.cause.inbound, 0, {}, {}});
    for (const auto& notice : decision.notices)
      if (notice.whose == protocol::voice::coordinator)
        entries.push_back({decision.sequence, notice.frame, 0, {}, {}});
  }
  REQUIRE(entries.size() >= 3);
  protocol::sort_transcript(entries);
  std::string text = protocol::transcript_head(house.facts(), house.now());
  std::string messages, sequences;
  for (const auto& entry : entries) {
    const std::string comma = messages.empty() ? "" : ",";
    messages += comma + std::string(entry.frame->payload());
    sequences += comma + std::to_string(entry.sequence);
  }
  text.append(messages).append(protocol::transcript_middle).append(sequences);
  text += protocol::transcript_end(protocol::snapshot_json(house.facts(), house.now()));

  const auto whole = parse_json(text);
  CHECK(text_at(whole, "session_id") == "talk");
  CHECK(text_at(whole, "protocol_version") == "0.1.13");
  CHECK(text_at(whole, "exported_at") == base::to_rfc3339(house.now()));
  CHECK(text_at(whole, "security_profile") == "open");
  CHECK(text_at(whole, "participants.0.principal_id") == "alice");
  CHECK(text_at(whole, "participants.0.principal_type") == "agent");
  REQUIRE(find(whole, "messages")->Size() == entries.size());
  REQUIRE(find(whole, "message_sequences")->Size() == entries.size());
  CHECK(text_at(whole, "messages.0.message_type") == "HELLO");
  CHECK(number_at(whole, "final_snapshot.snapshot_version") == 2);
  CHECK(text_at(whole, "final_snapshot.intents.0.intent_id") == "i1");
}

TEST_CASE("a transcript without messages is whole", "[9.6.3-04]") {
  pure_house house;
  const auto whole =
      parse_json(protocol::transcript_head(house.facts(), house.now()) +
                                std::string(protocol::transcript_middle) + protocol::transcript_end("{}"));
  CHECK(find(whole, "messages")->Empty());
  CHECK(find(whole, "message_sequences")->Empty());
}
