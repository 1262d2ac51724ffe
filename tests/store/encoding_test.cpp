#include "store/encoding.hpp"

#include "protocol/resource_registry.hpp"
#include "tests/store/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <string>

using namespace mpac;
using namespace mpac::tests;
using store::part;

namespace {

std::string written(const protocol::decision& made) {
  std::string bytes;
  store::append_decision(bytes, made);
  return bytes;
}

protocol::decision taken(std::string_view& from, part wanted = part::everything) {
  auto made = store::take_decision(from, wanted);
  if (!made)
    FAIL(made.error().what);
  return std::move(*made);
}

protocol::decision read(std::string_view bytes, part wanted = part::everything) {
  return taken(bytes, wanted);
}

protocol::session_image image_of(std::string_view bytes) {
  auto image = store::decode_image(bytes);
  if (!image)
    FAIL(image.error().what);
  return std::move(*image);
}

/// Of a session with that policy, and otherwise new.
protocol::session_image plain_image(protocol::shared_policy founding, protocol::shared_policy current) {
  protocol::session_image image;
  image.id = protocol::session_id("plain");
  image.founding_policy = std::move(founding);
  image.policy = std::move(current);
  return image;
}

template <class Fault>
void check_all_cuts(const std::string& good, Fault&& fault_of) {
  for (std::size_t length = 0; length < good.size(); ++length)
    if (const auto why = fault_of(good.substr(0, length)); why.find(", at byte ") == std::string::npos)
      FAIL_CHECK("cut at " << length << ": \"" << why << "\"");
}

/// What was wrong, or "" if nothing was.
std::string fault_of_image(const std::string& bytes) {
  const auto image = store::decode_image(bytes);
  return image ? "" : image.error().what;
}
std::string fault_of_decision(const std::string& bytes, part wanted = part::everything) {
  std::string_view rest(bytes);
  const auto made = store::take_decision(rest, wanted);
  if (!made)
    CHECK(rest.size() == bytes.size());
  return made ? "" : made.error().what;
}

template <class Fault>
void check_all_flips(const std::string& good, Fault&& fault_of) {
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const auto why = fault_of(bytes);
    refused += !why.empty();
    if (!why.empty() && why.find(", at byte ") == std::string::npos)
      FAIL_CHECK("bit " << bit << ": \"" << why << "\"");
  }
  CHECK(refused > good.size() / 2); // most of lengths and numbers; texts may say anything
}

} // namespace

TEST_CASE("a decision is read as it was written", "[7.7-04]") {
  const auto made = filled_in_decision();
  const auto bytes = written(made);
  const auto again = read(bytes);
  CHECK(written(again) == bytes);
  CHECK(again.sequence == 7);
  CHECK(again.lamport_after == 11);
  CHECK(again.cause.outcome == "kept");
  CHECK(again.cause.kind == protocol::message_kind::op_commit);
  CHECK(again.cause.error == protocol::error_code::limit_reached);
  CHECK(again.cause.who == protocol::principal_id("sender"));
  CHECK(again.cause.message == protocol::message_id("message"));
  CHECK(again.cause.from_its_seat);
  CHECK(again.cause.sender_lamport == 10);
  CHECK(again.cause.when == made.cause.when);
  CHECK(again.cause.inbound->payload() == made.cause.inbound->payload());
  CHECK(again.events.size() == made.events.size());
  REQUIRE(again.notices.size() == made.notices.size());
  for (std::size_t i = 0; i < made.notices.size(); ++i) {
    const auto &a = again.notices[i], &b = made.notices[i];
    CHECK(a.to.to == b.to.to);
    CHECK(a.to.people == b.to.people);
    CHECK(a.to.seat == b.to.seat);
    CHECK(a.whose == b.whose);
    CHECK(a.lamport == b.lamport);
    CHECK(a.frame->payload() == b.frame->payload());
  }
}

TEST_CASE("decisions that follow each other are taken one by one") {
  auto first = filled_in_decision(), second = filled_in_decision();
  second.sequence = first.sequence + 1;
  const auto bytes = written(first) + written(second);
  for (const auto wanted : {part::facts, part::everything}) {
    std::string_view rest(bytes);
    CHECK(taken(rest, wanted).sequence == first.sequence);
    CHECK(taken(rest, wanted).sequence == second.sequence);
    CHECK(rest.empty());
  }
}

TEST_CASE("the facts of a decision are read without its frames") {
  const auto made = read(written(filled_in_decision()), part::facts);
  CHECK(made.events.size() == filled_in_decision().events.size());
  CHECK(made.notices.empty());
  CHECK_FALSE(made.cause.inbound);
}

TEST_CASE("a frame that is passed on as it came is written once, and shared when it is read") {
  const std::string text(1000, 'x');
  protocol::decision made;
  made.cause.inbound = protocol::frame::of(text);
  made.notices = {{protocol::audience::all(), made.cause.inbound}, {protocol::audience::at(1), made.cause.inbound}};
  const auto bytes = written(made);
  CHECK(bytes.size() < text.size() + 100);
  const auto again = read(bytes);
  REQUIRE(again.notices.size() == 2);
  CHECK(again.notices[0].frame.get() == again.cause.inbound.get());
  CHECK(again.notices[1].frame.get() == again.cause.inbound.get());
}

TEST_CASE("an answer of the workspace sideband is not kept: nobody can be told it again") {
  protocol::decision made;
  made.notices.push_back(
      {protocol::audience::at(7), protocol::frame::of(std::string(1000, 'x')), protocol::voice::sideband});
  CHECK(written(made).size() < 50);
  CHECK(read(written(made)).notices.empty());
}

TEST_CASE("an image is read as it was written, and written the same again", "[8.1.1.2-18]") {
  const auto bytes = store::encode(filled_in_image());
  CHECK(store::encode(image_of(bytes)) == bytes);
  CHECK(store::encode(filled_in_image()) == bytes);
}

TEST_CASE("a set is written in one order, however it came together") {
  auto image = plain_image(protocol::default_policy(), protocol::default_policy());
  protocol::deferral_record forwards, backwards;
  for (int i = 0; i < 50; ++i) {
    forwards.still_open.insert(protocol::intent_id(std::to_string(i)));
    backwards.still_open.insert(protocol::intent_id(std::to_string(49 - i)));
  }
  image.deferrals = {forwards};
  const auto bytes = store::encode(image);
  image.deferrals = {backwards};
  CHECK(store::encode(image) == bytes);
}

TEST_CASE("a policy that holds since the beginning is written once and is one object") {
  protocol::session_policy strict;
  strict.strict = true;
  const auto one = std::make_shared<const protocol::session_policy>(strict);
  const auto equal = std::make_shared<const protocol::session_policy>(strict);
  const auto bytes = store::encode(plain_image(one, one));
  CHECK(store::encode(plain_image(one, equal)) == bytes);
  CHECK(store::encode(plain_image(one, protocol::default_policy())).size() > bytes.size() + 50);
  const auto image = image_of(bytes);
  CHECK(image.policy == image.founding_policy);
  CHECK(*image.policy == strict);
}

TEST_CASE("sessions share the built-in policy, and one they are likely to have") {
  const auto built_in = plain_image(std::make_shared<const protocol::session_policy>(), protocol::default_policy());
  CHECK(image_of(store::encode(built_in)).founding_policy == protocol::default_policy());
  CHECK(image_of(store::encode(built_in)).policy == protocol::default_policy());

  protocol::session_policy strict;
  strict.strict = true;
  strict.resource_registry = filled_in_image().policy->resource_registry;
  const auto likely = std::make_shared<const protocol::session_policy>(strict);
  strict.resource_registry = std::make_shared<const protocol::resource_registry>(*strict.resource_registry);
  const auto its_own = std::make_shared<const protocol::session_policy>(strict);
  for (const auto& image : {plain_image(its_own, its_own), plain_image(protocol::default_policy(), its_own)}) {
    const auto read = store::decode_image(store::encode(image), likely);
    REQUIRE(read);
    CHECK(read->policy == likely);
  }
}

TEST_CASE("bytes that are cut anywhere are refused with what was wrong and where", "[8.1.1.2-18]") {
  check_all_cuts(store::encode(filled_in_image()), fault_of_image);
  const auto decision = written(filled_in_decision());
  check_all_cuts(decision, [](const auto& bytes) { return fault_of_decision(bytes, part::facts); });
  check_all_cuts(decision, [](const auto& bytes) { return fault_of_decision(bytes); });
}

TEST_CASE("a bit that turned does no harm: it is refused, or says something else") {
  check_all_flips(store::encode(filled_in_image()), fault_of_image);
  check_all_flips(written(filled_in_decision()), [](const auto& bytes) { return fault_of_decision(bytes); });
}

TEST_CASE("an image with something behind it is refused") {
  const auto bytes = store::encode(filled_in_image());
  CHECK(fault_of_image(bytes + "x") == "more than one session, at byte " + std::to_string(bytes.size()));
}

TEST_CASE("a session without a policy is refused") {
  const std::string only_an_id("\3\0\0\0\2id", 7);
  CHECK(fault_of_image(only_an_id) == "a session without a policy, at byte 7");
}
