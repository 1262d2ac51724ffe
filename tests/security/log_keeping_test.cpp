#include "security/digest.hpp"
#include "security/log_keeping.hpp"

#include "protocol/decide.hpp"
#include "protocol/session_image.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/log_checkpoint.hpp"
#include "security/hash_chain.hpp"
#include "security/log_record_text.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::security;
using protocol::audience;
using protocol::frame;
using protocol::voice;

namespace {

const base::instant start{std::chrono::hours{24 * 20000}};

protocol::session made_session() {
  protocol::session_origin origin;
  origin.id = protocol::session_id("s");
  origin.created_at = start;
  return protocol::session(std::move(origin));
}

protocol::decision next_of(const protocol::session& facts) {
  protocol::decision made;
  made.sequence = facts.sequence() + 1;
  made.cause.when = start;
  return made;
}

} // namespace

TEST_CASE("what came in and all that the coordinator said is chained in this order, what is passed on is not",
          "[23.1.3-05][23.1.3.1-04]") {
  auto facts = made_session();
  CHECK(log_head(facts) == chain_head{0, genesis("s")});
  auto made = next_of(facts);
  made.cause.inbound = frame::of(R"({"it":"came"})");
  made.notices = {{audience::all(), made.cause.inbound, voice::participant, 1},
                  {audience::all(), frame::of(R"({"b":1, "a":2})"), voice::coordinator, 2},
                  {audience::all(), frame::of(R"({"side":"band"})"), voice::sideband, 2},
                  {audience::all(), frame::of("{}"), voice::coordinator, 3}};
  chain(made, facts);
  REQUIRE(made.chain);
  CHECK(made.chain->before == genesis("s"));
  CHECK(made.chain->after ==
        chain_head{3, link(link(link(genesis("s"), sha256(R"({"it":"came"})").bytes), sha256(R"({"a":2,"b":1})").bytes),
                           sha256("{}").bytes)});
  facts.absorb(made);
  CHECK(log_head(facts) == made.chain->after);

  auto next = next_of(facts);
  next.notices = {{audience::all(), frame::of("[]"), voice::coordinator, 4}};
  chain(next, facts);
  CHECK(next.chain->before == made.chain->after.head);
  CHECK(next.chain->after == extended(made.chain->after, sha256("[]").bytes));
}

TEST_CASE("a decision without a frame for the transcript adds nothing", "[23.1.3-05]") {
  const auto facts = made_session();
  auto made = next_of(facts);
  chain(made, facts);
  CHECK_FALSE(made.chain);
}

TEST_CASE("a session made of an image goes on with its chain", "[23.1.3-05][23.1.3-10]") {
  auto facts = made_session();
  auto made = next_of(facts);
  made.cause.inbound = frame::of("{}");
  chain(made, facts);
  facts.absorb(made);
  CHECK(log_head(protocol::session(facts.image())) == made.chain->after);
}

TEST_CASE("the coordinator's status tells where its log stands, once there is one", "[23.1.3.1-04]") {
  auto facts = made_session();
  auto made = next_of(facts);
  made.events = {protocol::status_sent{start + std::chrono::seconds{30}}};
  facts.absorb(made);
  const auto status = [&] {
    const auto due = decide_due(facts, start + std::chrono::hours{1});
    REQUIRE(due.has_value());
    REQUIRE(due->notices.size() == 1);
    return protocol::extension_in(due->notices[0].frame->payload(), protocol::checkpoint_name);
  };
  CHECK_FALSE(status());
  made = next_of(facts);
  made.cause.inbound = frame::of("{}");
  chain(made, facts);
  facts.absorb(made);
  const auto said = status();
  REQUIRE(said);
  CHECK(read_chain_head(said->text) == made.chain->after);
}
