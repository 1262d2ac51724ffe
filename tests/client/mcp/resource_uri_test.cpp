#include "client/mcp/resource_uri.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::client::mcp;
using mpac::protocol::session_id;

TEST_CASE("a resource and its URI are one to one") {
  const session_id session("room:1@x");
  for (const auto& what :
       {resource_address{resource_kind::session, ""}, resource_address{resource_kind::participants, ""},
        resource_address{resource_kind::intents, ""}, resource_address{resource_kind::conflicts, ""},
        resource_address{resource_kind::file, "a.py"}, resource_address{resource_kind::file, "dir/ä b%?#.py"}})
    CHECK(resource_at(uri_of(what, session), session) == what);
  CHECK(uri_of({resource_kind::file, "d/a b.py"}, session) == "mpac://room%3A1%40x/files/d/a%20b.py");
  CHECK(file_template(session) == "mpac://room%3A1%40x/files/{+path}");
}

TEST_CASE("a URI of something else names nothing") {
  const session_id session("s");
  for (const auto* wrong :
       {"", "mpac://s", "mpac://s/", "mpac://s/files", "mpac://s/files/", "mpac://t/session", "mpac://s/session/",
        "mpac://s/files/../x", "mpac://s/files/a/%2e%2e/b", "mpac://s/files//etc/passwd", "mpac://s/files/%2fetc",
        "mpac://s/files/%4", "mpac://s/files/%zz", "mpac://s/files/a%00b", "file:///etc/passwd"}) {
    CAPTURE(wrong);
    CHECK(!resource_at(wrong, session));
  }
}
