#include "protocol/admission.hpp"

#include "protocol/wire/decoder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/message_writer.hpp"

#include <rapidcheck.h>

using namespace mpac;
using namespace mpac::protocol;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

constexpr base::instant morning{1000h};

/// The door of one connection, and a pen to write to it.
struct doorway {
  explicit doorway(admission_terms how = {}) {
    how.session = session_id("talk");
    how.coordinator = principal_id("service:coordinator-talk");
    door.emplace(7, std::make_shared<const admission_terms>(std::move(how)));
  }

  admission::verdict knock(std::string_view notation, const std::string& who = "alice") {
    const auto frame = frame::of(pen.write(who, read_notation(notation), now));
    auto letter = reader.decode(frame, strictness::lenient);
    REQUIRE(letter.has_value());
    auto& message = std::get<envelope>(*letter);
    if (auto too_fast = door->pace(now)) {
      too_fast->refers_to = message.message_id;
      return std::move(*too_fast);
    }
    return door->admit(std::move(message), frame, now);
  }
  void welcome(std::uint64_t lamport = 0) {
    door->welcomed(principal_id("alice"), principal_type::agent, instance_id("alice-1"), lamport);
  }

  std::optional<admission> door;
  message_writer pen{session_id("talk")};
  decoder reader;
  base::instant now = morning;
};

template <class Change>
admission_terms terms(Change&& change) {
  admission_terms made;
  change(made);
  return made;
}

bool is_admitted(const admission::verdict& v) {
  return std::holds_alternative<admitted>(v);
}
bool is_refused(const admission::verdict& v, error_code code) {
  const auto* why = std::get_if<refusal>(&v);
  return why && why->code == code && why->refers_to && !why->description.empty();
}
bool is_dropped(const admission::verdict& v, silence why) {
  const auto* dropped = std::get_if<silence>(&v);
  return dropped && *dropped == why;
}

} // namespace

TEST_CASE("an admitted message keeps its bytes, its seat and its time of arrival") {
  doorway d;
  const auto verdict = d.knock("HELLO");
  const auto* message = std::get_if<admitted>(&verdict);
  REQUIRE(message);
  CHECK(message->seat() == 7);
  CHECK(message->when() == morning);
  CHECK(message->frame()->payload().find("\"HELLO\"") != std::string_view::npos);
  CHECK(message->envelope().sender.principal_id.str() == "alice");
}

TEST_CASE("before HELLO is accepted nothing else gets in", "[14.1-02]") {
  doorway d;
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::invalid_reference));
  // To say HELLO is not yet to be welcome.
  CHECK(is_admitted(d.knock("HELLO")));
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::invalid_reference));
  d.welcome();
  CHECK(is_admitted(d.knock("HEARTBEAT")));
}

TEST_CASE("after GOODBYE nothing but HELLO gets in", "[14.1-02]") {
  doorway d;
  d.welcome();
  d.door->departed();
  CHECK_FALSE(d.door->is_present());
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::invalid_reference));
  CHECK(is_admitted(d.knock("HELLO")));
}

TEST_CASE("a connection speaks for the principal it was welcomed as", "[23.3-01]") {
  doorway d;
  d.welcome();
  CHECK(is_refused(d.knock("HEARTBEAT", "bob"), error_code::authorization_failed));
  CHECK(is_refused(d.knock("HELLO", "bob"), error_code::authorization_failed));
  CHECK(is_refused(d.knock("HEARTBEAT @sender.principal_type=human"), error_code::authorization_failed));
  CHECK(is_refused(d.knock("HEARTBEAT @sender.sender_instance_id=other"), error_code::authorization_failed));
}

TEST_CASE("the coordinator's name and its messages are its own", "[14.5-01][14.7.4.1-01]") {
  doorway d;
  CHECK(is_refused(d.knock("HELLO @sender.principal_id=service:coordinator-talk"), error_code::authorization_failed));
  d.welcome();
  CHECK(is_refused(d.knock("SESSION_CLOSE reason=manual final_lamport_clock=1"), error_code::authorization_failed));
}

TEST_CASE("a foreign session id is refused unless the connection answers to any") {
  doorway d;
  d.welcome();
  CHECK(is_refused(d.knock("HEARTBEAT @session_id=other"), error_code::invalid_reference));
  doorway tolerant(terms([](auto& t) { t.answers_to_any_id = true; }));
  tolerant.welcome();
  CHECK(is_admitted(tolerant.knock("HEARTBEAT @session_id=other")));
}

TEST_CASE("where everybody signs, what was signed for another session is refused by each connection",
          "[23.1.3-02][23.1.3-03]") {
  const auto single = [](security_profile profile) {
    return terms([profile](auto& t) {
      t.answers_to_any_id = true;
      t.security_profile = profile;
    });
  };
  doorway verified(single(security_profile::verified));
  CHECK(is_refused(verified.knock("HELLO @session_id=other"), error_code::invalid_reference));
  verified.welcome();
  CHECK(is_refused(verified.knock("HEARTBEAT @session_id=other"), error_code::invalid_reference));
  CHECK(is_admitted(verified.knock("HEARTBEAT")));
  doorway authenticated(single(security_profile::authenticated));
  authenticated.welcome();
  CHECK(is_admitted(authenticated.knock("HEARTBEAT @session_id=other")));
}

TEST_CASE("unknown types are dropped, and refused where the session is strict", "[25.3-01]") {
  doorway d;
  d.welcome();
  CHECK(is_dropped(d.knock("MADE_UP"), silence::unknown_type));
  doorway strict(terms([](auto& t) { t.strict = true; }));
  strict.welcome();
  CHECK(is_refused(strict.knock("MADE_UP"), error_code::unknown_message_type));
}

TEST_CASE("errors are never answered", "[22.1-22]") {
  doorway d;
  CHECK(is_dropped(d.knock("PROTOCOL_ERROR error_code=MALFORMED_MESSAGE description=x"), silence::error_message));
}

TEST_CASE("a repeated message id is dropped before its Lamport value is looked at", "[12.7-09]") {
  doorway d;
  d.welcome();
  CHECK(is_admitted(d.knock("HEARTBEAT @message_id=m @watermark.value=5")));
  CHECK(is_dropped(d.knock("HEARTBEAT @message_id=m @watermark.value=5"), silence::seen_before));
  CHECK(is_refused(d.knock("HEARTBEAT @message_id=n @watermark.value=5"), error_code::malformed_message));
}

TEST_CASE("an incarnation goes on where it was on its last connection", "[12.7-08][12.7-11][11.4-06]") {
  doorway d;
  d.welcome(50);
  CHECK(is_refused(d.knock("HEARTBEAT @watermark.value=50"), error_code::malformed_message));
  CHECK(is_admitted(d.knock("HEARTBEAT @watermark.value=51")));
  // A new one begins anew.
  d.door->welcomed(principal_id("alice"), principal_type::agent, instance_id("alice-2"), 1);
  CHECK(is_admitted(d.knock("HEARTBEAT @sender.sender_instance_id=alice-2 @watermark.value=2")));
}

TEST_CASE("admitted Lamport values of one incarnation rise strictly", "[12.7-08]") {
  CHECK(rc::check("whatever is sent", [](const std::vector<std::uint16_t>& values) {
    doorway d;
    d.welcome();
    std::optional<std::uint64_t> last;
    for (const auto value : values) {
      const bool in = is_admitted(d.knock("HEARTBEAT @watermark.value=" + std::to_string(value)));
      RC_ASSERT(in == (!last || value > *last));
      if (in)
        last = value;
    }
  }));
}

TEST_CASE("more messages than the rate allows are refused until time has passed") {
  doorway d(terms([](auto& t) {
    t.messages_per_sec = 10;
    t.burst = 3;
  }));
  d.welcome();
  for (int i = 0; i < 3; ++i)
    CHECK(is_admitted(d.knock("HEARTBEAT")));
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::rate_limited));
  d.now += 100ms;
  CHECK(is_admitted(d.knock("HEARTBEAT")));
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::rate_limited));
  d.now += 1h; // the bucket holds no more than the burst
  for (int i = 0; i < 3; ++i)
    CHECK(is_admitted(d.knock("HEARTBEAT")));
  CHECK(is_refused(d.knock("HEARTBEAT"), error_code::rate_limited));
}
