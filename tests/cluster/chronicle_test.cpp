#include "cluster/chronicle.hpp"

#include "tests/cluster/logged.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::cluster;
using mpac::cluster::tests::logged;

namespace {

const protocol::session_id room("room");

/// An operation that touches what its intent did not announce.
protocol::decision outside_of_scope() {
  protocol::operation_record operation;
  operation.op_id = protocol::op_id("o1");
  operation.principal_id = protocol::principal_id("agent:alice");
  operation.target = "clients/acme.md";
  operation.outside_scope = true;
  protocol::decision made;
  made.cause.outcome = "accepted";
  made.events.emplace_back(protocol::operation_registered{std::move(operation)});
  return made;
}

bool has(const std::string& line, std::string_view words) {
  return line.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("what is left out of transcripts is left out of the log, from the next line on", "[23.3-04]") {
  logged to(config::log_level::info);
  metrics figures("1");
  const auto left_out = std::make_shared<redaction_list>(redactions{"payload.summary"});
  chronicle watch(figures, to.to, left_out);
  watch.decided(room, outside_of_scope());
  left_out->change({"payload.operations.target", "payload.op_id"});
  watch.decided(room, outside_of_scope());
  const auto lines = to.lines();
  REQUIRE(lines.size() == 2);
  CHECK(has(lines[0], "op_id=o1 target=clients/acme.md"));
  CHECK(has(lines[1], "principal_id=agent:alice op_id=(redacted) target=(redacted)"));
}

TEST_CASE("who was given what is told and counted, with the log at its quietest", "[24-05]") {
  logged to(config::log_level::error);
  metrics figures("1");
  chronicle watch(figures, to.to);
  watch.was_given(room, given::whole_snapshot, "192.0.2.1:4711");
  watch.was_copied("/data/backups/20261129T191500Z", "192.0.2.1:4711");
  const auto lines = to.lines();
  REQUIRE(lines.size() == 2);
  CHECK(has(lines[0], "a session was read session_id=room what=whole snapshot by=192.0.2.1:4711"));
  CHECK(has(lines[1], "the store was copied backup=/data/backups/20261129T191500Z by=192.0.2.1:4711"));
  CHECK(has(figures.text(), "mpac_whole_snapshots_read_total 1\n"));
  CHECK(has(figures.text(), "mpac_backups_made_total 1\n"));
}

TEST_CASE("wrong admin tokens are told a few times a second, and counted each time") {
  logged to(config::log_level::warn);
  metrics figures("1");
  chronicle watch(figures, to.to);
  constexpr std::size_t guesses = 1000; // in less than so many seconds that all could be told
  for (std::size_t i = 0; i < guesses; ++i)
    watch.admin_refused(net::admin_refused::wrong_token, "192.0.2.1");
  watch.admin_refused(net::admin_refused::no_token, "192.0.2.2");
  const auto lines = to.lines();
  REQUIRE(lines.size() >= 10);
  CHECK(lines.size() < guesses);
  CHECK(has(lines[0], "a wrong token was shown peer=192.0.2.1 not_told=0"));
  for (const auto& line : lines)
    CHECK_FALSE(has(line, "192.0.2.2"));
  CHECK(has(figures.text(), "mpac_admin_refused_total{reason=\"wrong_token\"} 1000\n"));
  CHECK(has(figures.text(), "mpac_admin_refused_total{reason=\"no_token\"} 1\n"));
}
