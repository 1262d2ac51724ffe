#include "security/transcript_verifier.hpp"

#include "protocol/wire/transcript_encoder.hpp"
#include "security/canonical_json.hpp"
#include "security/envelope_signature.hpp"
#include "security/key_generation.hpp"
#include "security/log_record_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <algorithm>
#include <functional>
#include <rapidcheck.h>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::security;

namespace {

signing_key made_key() {
  const auto pair =
      generate_key({key_type::ed25519, "hub", base::instant{std::chrono::hours{24 * 20000}}, std::chrono::days{10}})
          .value();
  return signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
}

const signing_key& hub() {
  static const auto key = made_key();
  return key;
}

/// A transcript in its parts, in the order in which it was chained.
struct told {
  struct line {
    std::string message;
    log_entry entry;
  };
  std::vector<line> lines;
  chain_head begin{0, genesis("s")}, end = begin;
  std::string head, certificates;

  void say(const std::string& message, const std::optional<log_digest>& original = {}) {
    const auto digest = entry_digest(message);
    end = extended(end, digest, original);
    lines.push_back({message, {end.entries, digest, end.head, original, false}});
  }
  void sign() {
    head = signed_head("s", end, hub());
    certificates = to_json_string(hub().certificate_chain());
  }
  /// All links anew, as somebody does who changes what was said and knows how it is chained.
  void link_again() {
    auto at = begin;
    for (auto& [message, entry] : lines) {
      entry.digest = entry_digest(message);
      at = extended(at, entry.digest, entry.original);
      entry.index = at.entries;
      entry.link = at.head;
    }
    end = at;
  }

  /// As JSON, in the order of `places`.
  [[nodiscard]] std::string text(const std::vector<std::size_t>& places) const {
    std::string messages, entries;
    for (const auto place : places) {
      messages += (messages.empty() ? "" : ",\n ") + lines[place].message;
      entries += (entries.empty() ? "" : ", ") + to_json(lines[place].entry);
    }
    return "{\"session_id\":\"s\",\"messages\":[ " + messages + "],\"log_chain\":{\"mechanism\":\"" +
           std::string(log_mechanism) + "\",\"begins_behind\":" + to_json(begin) + ",\"entries\":[" + entries +
           "],\"head\":" + head + ",\"coordinator_certificates\":[" + certificates + "]}}\n";
  }
  /// As it is exported.
  [[nodiscard]] std::vector<std::size_t> places() const {
    std::vector<protocol::transcript_entry> sorted;
    for (std::size_t i = 0; i < lines.size(); ++i)
      sorted.push_back({i, protocol::frame::of(lines[i].message), 0, {}, {}});
    protocol::sort_transcript(sorted);
    std::vector<std::size_t> all;
    for (const auto& each : sorted)
      all.push_back(each.sequence);
    return all;
  }
  [[nodiscard]] std::string text() const { return text(places()); }
};

std::string watermark(int lamport) {
  return R"("watermark":{"kind":"lamport_clock","value":)" + std::to_string(lamport) + "}";
}

std::string from_alice(int number, int lamport) {
  return R"({"message_type":"HEARTBEAT","message_id":"a)" + std::to_string(number) +
         R"(", "sender":{"principal_id":"agent:alice","sender_instance_id":"i"},)" + watermark(lamport) +
         R"(,"payload":{"summary":"secret"}})";
}

std::string from_hub(int lamport, const std::string& extensions = "") {
  return sign_envelope(R"({"message_type":"COORDINATOR_STATUS","sender":{"principal_id":"service:coordinator-s",)"
                       R"("sender_instance_id":"c"},)" +
                           watermark(lamport) + extensions + "}",
                       hub())
      .value();
}

/// Twelve entries: HELLO whose secrets are taken out, statuses with checkpoints, and a message that has no canonical
/// form.
told good() {
  told it;
  it.say(from_alice(0, 1), digest_of("as it came"));
  it.say(from_hub(3));
  it.say(from_alice(1, 2)); // before the hub's in the transcript
  it.say(from_alice(2, 5));
  it.say(from_hub(6, R"(,"extensions":{"mpac_cluster.log_checkpoint":)" + to_json(it.end) + "}"));
  it.say(R"({"message_id":"twice","message_id":"twice","watermark":{"kind":"lamport_clock","value":6}})");
  it.say(from_hub(8));
  it.say(from_hub(9));
  it.say(from_alice(3, 7));
  it.say(from_hub(10, R"(,"extensions":{"mpac_cluster.log_checkpoint":)" + to_json(it.end) + "}"));
  it.say(from_alice(4, 12));
  it.say(from_hub(13));
  it.sign();
  return it;
}

/// "12: what is wrong", or "good".
std::string verdict(const std::string& text, std::span<const verifying_key> trusted = {}) {
  const auto found = verify_transcript(text, trusted);
  if (found)
    return "good";
  const auto fault = found.error();
  return (fault.entry ? std::to_string(*fault.entry) + ": " : "") + fault.what;
}

bool names(const std::string& said, std::uint64_t entry) {
  return said.starts_with(std::to_string(entry) + ": ");
}

} // namespace

TEST_CASE("a transcript as it was exported is good, and it is said what it holds", "[23.1.3-05][23.1.3.1-05]") {
  const auto it = good();
  const auto found = verify_transcript(it.text(), std::vector{hub().verifying()});
  REQUIRE(found.has_value());
  CHECK(found->session_id == "s");
  CHECK(found->first == 1);
  CHECK(found->last == 12);
  CHECK(found->coordinators == 6);
  CHECK(found->checkpoints == 3);
  CHECK(found->redacted.empty());
  CHECK(verdict(it.text()) == "good"); // compared with itself
}

TEST_CASE("whoever signed the transcript with another key is not believed", "[23.1.3.1-05]") {
  const auto other = made_key();
  CHECK(names(verdict(good().text(), std::vector{other.verifying()}), 2));
  CHECK(verdict(good().text(), std::vector{other.verifying(), hub().verifying()}) == "good");
}

TEST_CASE("any byte of a message that is changed is found at its entry", "[23.1.3-05]") {
  const auto it = good();
  CHECK(rc::check([&] {
    auto changed = it;
    const auto place = *rc::gen::inRange<std::size_t>(0, it.lines.size());
    auto& message = changed.lines[place].message;
    const auto at = *rc::gen::inRange<std::size_t>(0, message.size());
    const auto before = entry_digest(message);
    message[at] = *rc::gen::suchThat(rc::gen::inRange<char>(' ', '~'), [&](char c) { return c != message[at]; });
    RC_PRE(entry_digest(message) != before); // white space says nothing
    const auto said = verdict(changed.text(it.places()));
    if (canonical_json(message))
      RC_ASSERT(names(said, place + 1));
    else // where it ends is anybody's guess
      RC_ASSERT(said != "good");
  }));
}

TEST_CASE("an entry that is left out is found", "[23.1.3-05]") {
  const auto it = good();
  for (std::size_t place = 0; place + 1 < it.lines.size(); ++place) {
    auto changed = it;
    changed.lines.erase(changed.lines.begin() + static_cast<std::ptrdiff_t>(place));
    CHECK(verdict(changed.text()) == std::to_string(place + 1) + ": is missing");
  }
  auto cut = it;
  cut.lines.pop_back();
  CHECK(verdict(cut.text()) == "12: is missing: the log has 12");
}

TEST_CASE("a message that is left out or put in is found, though its entry is not", "[23.1.3-05]") {
  const auto it = good();
  const auto text = it.text();
  const auto message = it.lines[3].message + ",\n ";
  auto changed = text;
  changed.erase(changed.find(message), message.size());
  CHECK(names(verdict(changed), 4));
  changed = text;
  changed.insert(changed.find(message), from_alice(9, 5) + ",");
  CHECK(names(verdict(changed), 4));
  changed = text;
  const auto last = it.lines[11].message;
  changed.insert(changed.find(last) + last.size(), "," + from_alice(9, 14));
  CHECK(verdict(changed) == "13: is missing: there is a message without an entry");
}

TEST_CASE("an entry that is told twice is found", "[23.1.3-05]") {
  auto places = good().places();
  places.insert(places.begin() + 4, places[3]);
  CHECK(verdict(good().text(places)).ends_with(": is there twice"));
}

TEST_CASE("two entries that change places are found, with and without what the log says of them", "[23.1.3-05]") {
  const auto it = good();
  CHECK(rc::check([&] {
    const auto a = *rc::gen::inRange<std::size_t>(0, it.lines.size());
    const auto b = *rc::gen::inRange<std::size_t>(0, it.lines.size());
    RC_PRE(a < b);
    auto messages = it;
    std::swap(messages.lines[a].message, messages.lines[b].message);
    RC_ASSERT(names(verdict(messages.text(it.places())), a + 1));
    auto numbers = it;
    std::swap(numbers.lines[a], numbers.lines[b]);
    std::swap(numbers.lines[a].entry.index, numbers.lines[b].entry.index);
    RC_ASSERT(names(verdict(numbers.text(it.places())), a + 1));
    auto places = it.places();
    std::swap(places[a], places[b]);
    RC_ASSERT(verdict(it.text(places)).find(" in the transcript") != std::string::npos);
  }));
}

TEST_CASE("whoever changes an entry and chains all again is found out by what the coordinator has signed",
          "[23.1.3-05][23.1.3.1-04]") {
  const auto it = good();
  auto changed = it;
  changed.lines[2].message = from_alice(7, 2);
  changed.link_again();
  CHECK(verdict(changed.text()) == "5: holds a checkpoint of another log: entries up to 4 have been changed");
  changed = it;
  changed.lines[10].message = from_alice(7, 12); // behind the last checkpoint
  changed.link_again();
  CHECK(verdict(changed.text()) == "12: is not the end of the log that the coordinator has signed");
  changed.sign();
  CHECK(verdict(changed.text()) == "good"); // only the coordinator itself can
  changed.lines.erase(changed.lines.begin());
  changed.link_again();
  changed.sign();
  CHECK(verdict(changed.text()) == "4: holds a checkpoint that no coordinator writes");
}

TEST_CASE("what the coordinator said and somebody else signed, or nobody, is found", "[23.1.3.1-05]") {
  auto changed = good();
  auto& message = changed.lines[6].message;
  message = message.substr(0, message.find(",\"signature\"")) + "}";
  changed.link_again();
  CHECK(verdict(changed.text()) == "7: is not signed by the coordinator: the message is not signed");
}

TEST_CASE("a digest, a link or the digest of an original that is changed is found at its entry", "[23.1.3-05]") {
  const auto it = good();
  const std::vector<std::function<void(log_entry&)>> changes{
      [](log_entry& e) { e.digest[3] ^= 1; }, [](log_entry& e) { e.link[31] ^= 0x80; },
      [](log_entry& e) { e.original = e.original ? std::nullopt : std::optional(e.digest); }};
  for (const auto& change : changes)
    for (std::size_t place = 0; place < it.lines.size(); ++place) {
      auto changed = it;
      change(changed.lines[place].entry);
      CHECK(names(verdict(changed.text()), place + 1));
    }
}

TEST_CASE("entries that are redacted keep their place, and are told", "[23.1.3-05]") {
  auto it = good();
  auto& [message, entry] = it.lines[3];
  message.replace(message.find("secret"), 6, "(redacted)");
  entry.is_redacted = true;
  const auto found = verify_transcript(it.text(), {});
  REQUIRE(found.has_value());
  CHECK(found->redacted == std::vector<std::uint64_t>{4});
  entry.is_redacted = false;
  CHECK(names(verdict(it.text()), 4));
}

TEST_CASE("a transcript whose beginning is no longer kept begins where it says", "[23.1.3-05]") {
  auto it = good();
  it.begin = {5, it.lines[4].entry.link};
  it.lines.erase(it.lines.begin(), it.lines.begin() + 5);
  const auto found = verify_transcript(it.text(), {});
  REQUIRE(found.has_value());
  CHECK(found->first == 6);
  CHECK(found->last == 12);
  it.begin.head[0] ^= 1;
  CHECK(names(verdict(it.text()), 6));
  it.begin = {0, it.lines[0].entry.link};
  CHECK(verdict(it.text()) == "log_chain.begins_behind is not the genesis of this session");
}

TEST_CASE("what is no transcript with a log says so", "[23.1.3-05]") {
  CHECK(verdict("") == "the text is no transcript: it has no messages");
  CHECK(verdict("[]") == "the text is no transcript: it has no messages");
  CHECK(verdict(R"({"messages":[]})") == "the text is no transcript: it has no session_id");
  CHECK(verdict(R"({"messages":[],"session_id":"s"})") ==
        "the transcript holds no log_chain: its session kept no tamper-evident log");
  CHECK(verdict(R"({"messages":[],"messages":[],"session_id":"s"})").find("two members of one name") !=
        std::string::npos);
  CHECK(verdict(R"({"messages":[1 2],"session_id":"s"} x)").find("something follows") != std::string::npos);
  auto text = good().text();
  text.replace(text.find("sha256-hash-chain"), 6, "sha512");
  CHECK(verdict(text) == "log_chain.mechanism is not \"sha256-hash-chain\"");
  text = good().text();
  text.replace(text.find("\"session_id\":\"s\""), 16, "\"session_id\":\"t\"");
  CHECK(verdict(text) == "log_chain.begins_behind is not the genesis of this session");
  text = good().text();
  text.replace(text.rfind("-----BEGIN"), 10, "-----BEGUN");
  CHECK(verdict(text) == "log_chain.coordinator_certificates: there is no PEM certificate");
  CHECK(verdict(text, std::vector{hub().verifying()}) == "good");
}
