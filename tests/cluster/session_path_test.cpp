#include "cluster/session_path.hpp"
#include "tests/support/catch.hpp"

#include <cstdio>
#include <string>

using namespace mpac;
using cluster::is_session_name;
using cluster::session_of_path;

TEST_CASE("a path names a session, or none", "[9-01]") {
  struct row {
    std::string path, session; // empty: none
  };
  const std::string longest(128, 'a');
  const row table[] = {
      {"/session/plan", "plan"},
      {"/session/plan/", "plan"},
      {"/session/plan/deeper/still", "plan"},
      {"/session/plan?token=1", "plan"},
      {"/session/plan/x?y#z", "plan"},
      {"/session/plan#part", "plan"},
      {"/session/a%2Db", "a-b"},
      {"/session/a%2db", "a-b"},
      {"/session/%41", "A"},
      {"/session/Team.A_1~x:y@z-0", "Team.A_1~x:y@z-0"},
      {"/session/" + longest, longest},
      {"/session/" + longest + "a", ""},
      {"/session/", ""},
      {"/session//", ""},
      {"/session/?x", ""},
      {"/session", ""},
      {"/Session/plan", ""},
      {"/sessions/plan", ""},
      {"session/plan", ""},
      {"/", ""},
      {"", ""},
      {"/session/a b", ""},
      {"/session/a%20b", ""},
      {"/session/a%2Fb", ""}, // an escaped slash is part of the id, and no id has one
      {"/session/a%00", ""},
      {"/session/%", ""},
      {"/session/%4", ""},
      {"/session/%4g", ""},
      {"/session/%g4", ""},
      {"/session/%+4", ""},
      {"/session/%-4", ""},
      {"/session/a%", ""},
      {"/session/caf\xc3\xa9", ""},
      {"/session/%C3%A9", ""},
  };
  for (const auto& [path, session] : table) {
    INFO(path);
    const auto found = session_of_path(path);
    CHECK(found.has_value() == !session.empty());
    if (found)
      CHECK(found->str() == session);
  }
}

TEST_CASE("a name may be written with every sign it may hold, escaped or not", "[9-01]") {
  for (int c = 1; c < 256; ++c) {
    const std::string name(1, static_cast<char>(c));
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c));
    INFO(escaped);
    CHECK(session_of_path(std::string("/session/") + escaped).has_value() == is_session_name(name));
  }
}
