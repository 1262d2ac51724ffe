#include "protocol/wire/encoder.hpp"

#include "protocol/wire/decoder.hpp"
#include "tests/protocol/wire/altered_message.hpp"
#include "tests/protocol/wire/samples.hpp"
#include "tests/support/catch.hpp"

#include <boost/pfr.hpp>

#include <limits>
#include <stdexcept>

using namespace mpac::protocol;
using namespace mpac::tests;

namespace {

envelope status() {
  envelope message;
  message.version = "0.1.13";
  message.message_id = message_id("m-1");
  message.session_id = session_id("s");
  message.sender = {principal_id("service:coordinator-s"), principal_type::service,
                    instance_id("service:coordinator-s:epoch-1")};
  message.ts = "2026-04-08T03:10:15.558848Z";
  message.watermark = lamport_watermark(3);
  message.coordinator_epoch = 1;
  coordinator_status body;
  body.event = coordinator_event::heartbeat;
  body.coordinator_id = principal_id("service:coordinator-s");
  body.session_health = session_health::healthy;
  message.body = body;
  return message;
}

/// Every struct on the wire has as many fields in its table as members; `reduced` are those that come in two halves.
template <class T>
void check_complete(std::size_t reduced = 0) {
  CAPTURE(typeid(T).name());
  CHECK(field_count<T> + reduced == boost::pfr::tuple_size_v<T>);
}

} // namespace

TEST_CASE("a coordinator's message is written in the order clients know, absent fields left out",
          "[11.2-01][11.2-02][11.2-03][11.2-04][11.2-05][11.2-06][11.2-07][11.2-08][11.3-06]") {
  CHECK(
      to_json(status()) ==
      R"({"protocol":"MPAC","version":"0.1.13","message_type":"COORDINATOR_STATUS",)"
      R"("message_id":"m-1","session_id":"s",)"
      R"("sender":{"principal_id":"service:coordinator-s","principal_type":"service",)"
      R"("sender_instance_id":"service:coordinator-s:epoch-1"},"ts":"2026-04-08T03:10:15.558848Z",)"
      R"("payload":{"event":"heartbeat","coordinator_id":"service:coordinator-s","session_health":"healthy"},)"
      R"("watermark":{"kind":"lamport_clock","value":3},"coordinator_epoch":1})");
  CHECK(encode(status())->payload() == to_json(status()));
}

TEST_CASE("whole numbers look whole, whatever they are kept in", "[13.1.INTENT_ANNOUNCE-06]") {
  intent_update body;
  body.intent_id = intent_id("i");
  body.ttl_sec = 60.0;
  CHECK(to_json(message_body(body)) == R"({"intent_id":"i","ttl_sec":60})");
  body.ttl_sec = 0.25;
  CHECK(to_json(message_body(body)) == R"({"intent_id":"i","ttl_sec":0.25})");
}

TEST_CASE("a number that is not finite is a mistake in the program") {
  intent_update body;
  body.ttl_sec = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(to_json(message_body(body)), std::logic_error);
  CHECK_NOTHROW(to_json(status()));
}

TEST_CASE("what is written is read back the same, for every message type",
          "[13-01][11.2-09][11.2-10][11.2-11][11.3-01][11.3-02][11.3-03][11.3-04][11.3-05][11.3-07][13.1.Watermark-01]"
          "[13.1.Watermark-02][13.1.Watermark-03]") {
  each_message([]<class Message>(Message*) {
    CAPTURE(typeid(Message).name());
    CHECK(rc::check([] {
      const envelope message = *rc::gen::exec(sample_envelope<drawn, Message>);
      decoder reader;
      const auto read = reader.decode(encode(message), strictness::lenient);
      RC_ASSERT(read.has_value());
      RC_ASSERT(std::get<envelope>(*read) == message);
    }));
  });
}

TEST_CASE("a filled message of every type is read back the same by a strict session", "[13.1-01][13.1-02][13.1-03]") {
  each_message([]<class Message>(Message*) {
    const envelope message = sample_envelope<fixed, Message>();
    decoder reader;
    const auto read = reader.decode(encode(message), strictness::strict);
    REQUIRE(read.has_value());
    CHECK(std::get<envelope>(*read) == message);
  });
}

TEST_CASE("no member of a message is missing from its table") {
  each_message([]<class Message>(Message*) { check_complete<Message>(); });
  check_complete<credential>();
  check_complete<backend>();
  check_complete<implementation_info>();
  check_complete<backend_health>();
  check_complete<backend_detail>();
  check_complete<session_summary>();
  check_complete<file_change>();
  check_complete<batch_operation>();
  check_complete<basis>();
  check_complete<outcome>();
  check_complete<sender>();
  check_complete<scope>(1);    // kind and its text
  check_complete<envelope>(1); // the body
}

TEST_CASE("a scope made inside is written with its kind's word", "[13.1.Scope-01]") {
  scope made;
  made.kind = scope_kind::task_set;
  made.task_ids = {"t"};
  CHECK(to_json(made) == R"({"kind":"task_set","task_ids":["t"]})");
}

TEST_CASE("a message too large for the kept buffer is written like any other") {
  conflict_escalate body;
  body.context = std::string(1 << 20, 'x');
  const std::string text = to_json(message_body(body));
  CHECK(text.size() > std::size_t{1} << 20);
  CHECK(to_json(message_body(body)) == text);
}
