#include "security/transcript_verifier.hpp"

#include "security/canonical_json.hpp"
#include "tests/security/told_transcript.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <functional>
#include <rapidcheck.h>

using namespace mpac;
using namespace mpac::security;
using namespace mpac::security::tests;

TEST_CASE("a transcript as it was exported is good, and it is said what it holds", "[23.1.3-05][23.1.3.1-05]") {
  const auto it = good();
  const auto found = verify_transcript(it.text(), std::vector{hub().verifying()});
  REQUIRE(found.has_value());
  CHECK(found->session_id == "s");
  CHECK(found->first == 1);
  CHECK(found->last == 12);
  CHECK(found->coordinators == 6);
  CHECK(found->participants == 5);
  CHECK(found->refused == 1);
  CHECK(found->unchecked == 0);
  CHECK(found->checkpoints == 3);
  CHECK(found->redacted.empty());
  CHECK(verdict(it.text()) == "good"); // compared with itself
}

TEST_CASE("whoever signed the transcript with another key is not believed", "[23.1.3.1-05]") {
  const auto other = made_key("other");
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
  changed.lines[10].message = from_alice(7, 12, new_alice()); // behind the last checkpoint
  changed.link_again();
  CHECK(verdict(changed.text()) == "12: is not the end of the log that the coordinator has signed");
  changed.sign();
  CHECK(verdict(changed.text()) == "good"); // only the coordinator itself can
  changed.lines.erase(changed.lines.begin() + 1);
  changed.link_again();
  changed.sign();
  CHECK(verdict(changed.text()) == "4: holds a checkpoint that no coordinator writes");
}

TEST_CASE("what the coordinator said and somebody else signed, or nobody, is found", "[23.1.3.1-05]") {
  auto changed = good();
  auto& message = changed.lines[7].message;
  message = message.substr(0, message.find(",\"signature\"")) + "}";
  changed.link_again();
  CHECK(verdict(changed.text()) == "8: is not signed by the coordinator: the message is not signed");
}

TEST_CASE("a digest or a link that is changed is found at its entry", "[23.1.3-05]") {
  const auto it = good();
  const std::vector<std::function<void(log_entry&)>> changes{[](log_entry& e) { e.digest[3] ^= 1; },
                                                             [](log_entry& e) { e.link[31] ^= 0x80; }};
  for (const auto& change : changes)
    for (std::size_t place = 0; place < it.lines.size(); ++place) {
      auto changed = it;
      change(changed.lines[place].entry);
      CHECK(names(verdict(changed.text()), place + 1));
    }
}

TEST_CASE("entries that the coordinator has redacted keep their place, and are told", "[23.1.3-05]") {
  auto it = good();
  it.redact(3);
  it.redact(10);
  it.sign();
  const auto found = verify_transcript(it.text(), {});
  REQUIRE(found.has_value());
  CHECK(found->redacted == std::vector<std::uint64_t>{4, 11});
  CHECK(found->participants == 3);
  CHECK(found->unchecked == 0);
  auto changed = it;
  changed.lines[3].message.replace(changed.lines[3].message.find("HEARTBEAT"), 9, "GOODBYE");
  CHECK(verdict(changed.text()) == "4: is not what was told: its message has another digest");
  changed.lines[3].entry.redacted = entry_digest(changed.lines[3].message);
  CHECK(verdict(changed.text()) ==
        "the 2 redacted entries are not those that the coordinator has signed: it has redacted 2");
  it.lines[3].entry.redacted.reset();
  CHECK(names(verdict(it.text()), 4));
}

TEST_CASE("nobody but the coordinator can claim that an entry was redacted", "[23.1.3-05]") {
  const auto honest = good();
  CHECK(rc::check([&] {
    auto it = honest;
    const auto place = *rc::gen::inRange<std::size_t>(0, it.lines.size());
    if (*rc::gen::arbitrary<bool>())
      it.lines[place].message = from_alice(9, 4);
    it.redact(place);
    const auto said = verdict(it.text(honest.places()));
    RC_ASSERT(said != "good");
  }));
  for (std::size_t place = 0; place < honest.lines.size(); ++place) {
    auto it = honest;
    it.redact(place);
    CHECK(verdict(it.text()) ==
          std::to_string(place + 1) + ": is said to be redacted, but the coordinator has redacted nothing");
  }
  auto it = honest;
  it.redact(3);
  it.sign();
  it.redact(8);
  CHECK(verdict(it.text()) ==
        "the 2 redacted entries are not those that the coordinator has signed: it has redacted 1");
}

TEST_CASE("a transcript whose beginning is no longer kept begins where the coordinator has signed that it does",
          "[23.1.3-05]") {
  auto it = good();
  it.begin = {5, it.lines[4].entry.link};
  it.lines.erase(it.lines.begin(), it.lines.begin() + 5);
  it.sign();
  const auto found = verify_transcript(it.text(), {});
  REQUIRE(found.has_value());
  CHECK(found->first == 6);
  CHECK(found->last == 12);
  CHECK(found->participants == 0);
  CHECK(found->unchecked == 2); // her HELLO was before
  it.begin.head[0] ^= 1;
  CHECK(names(verdict(it.text()), 6));
  it.begin = {0, it.lines[0].entry.link};
  CHECK(verdict(it.text()) == "log_chain.begins_behind is not the genesis of this session");
}

TEST_CASE("a beginning that anybody else cuts off is missed", "[23.1.3-05]") {
  const auto it = good();
  CHECK(rc::check([&] {
    const auto cut = *rc::gen::inRange<std::size_t>(1, it.lines.size());
    auto changed = it;
    changed.begin = {cut, it.lines[cut - 1].entry.link};
    changed.lines.erase(changed.lines.begin(), changed.lines.begin() + static_cast<std::ptrdiff_t>(cut));
    RC_ASSERT(verdict(changed.text()) ==
              "1: is missing: the coordinator has signed that the transcript begins with it");
    changed.sign();
    RC_ASSERT(verdict(changed.text()) == "good");
  }));
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
