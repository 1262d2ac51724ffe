#include "cluster/log.hpp"

#include "tests/cluster/logged.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json.hpp"

using namespace mpac;
using mpac::cluster::tests::logged;
using mpac::tests::parse_json;
using mpac::tests::text_at;

TEST_CASE("who was given what is written whatever the level, as any line of the kind", "[24-05]") {
  logged at(config::log_level::error);
  at.to.info("admin", "is left out");
  at.to.warn("admin", "is left out");
  at.to.audit("admin", "a session was read", {{"what", "transcript"}, {"by", "127.0.0.1:4711"}});
  at.to.set_level(config::log_level::info);
  at.to.info("admin", "is written");
  const auto lines = at.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find(" info admin: a session was read what=transcript by=127.0.0.1:4711") != std::string::npos);
  CHECK(lines[1].find(" info admin: is written") != std::string::npos);
}

TEST_CASE("an audit line in JSON is an object like the others", "[24-05]") {
  logged at(config::log_level::error, config::log_format::json);
  at.to.audit("admin", "the store was copied", {{"backup", "/a \"b\""}});
  REQUIRE(at.lines().size() == 1);
  const auto line = parse_json(at.lines()[0]);
  CHECK(text_at(line, "level") == "info");
  CHECK(text_at(line, "component") == "admin");
  CHECK(text_at(line, "msg") == "the store was copied");
  CHECK(text_at(line, "backup") == "/a \"b\"");
}
