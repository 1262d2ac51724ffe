#include "client/mcp/subscriptions.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::mcp;

namespace {

std::string told(subscriptions& by, const event& what) {
  std::string text;
  for (const auto& each : by.notifications_of(what))
    text += json::serialize(each) + "\n";
  return text;
}

const event written = protocol::file_updated{"a b.py", "sha256:1", protocol::principal_id("bob")};
const event began = heard<protocol::intent_announce>{};
const event beat = heard<protocol::coordinator_status>{{},
                                                       {protocol::coordinator_event::heartbeat,
                                                        {},
                                                        protocol::session_health::healthy,
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {},
                                                        {}}};

} // namespace

TEST_CASE("a subscriber hears of its resources alone") {
  subscriptions all(protocol::session_id("s"));
  all.subscribe("mpac://s/files/a%20b.py");
  all.subscribe("mpac://s/intents");
  CHECK(told(all, written) ==
        R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"mpac://s/files/a%20b.py"}})"
        "\n");
  CHECK(told(all, began) ==
        R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"mpac://s/intents"}})"
        "\n");
  CHECK(told(all, beat).empty());
  all.unsubscribe("mpac://s/intents");
  CHECK(told(all, began).empty());
}

TEST_CASE("a file that was not known changes the list, once") {
  subscriptions all(protocol::session_id("s"));
  all.tell_lists();
  CHECK(told(all, written) == "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}\n");
  CHECK(told(all, written).empty());
}

TEST_CASE("what a stream hears carries its id, until it is closed") {
  subscriptions all(protocol::session_id("s"));
  all.open({"one", {"mpac://s/conflicts"}, false});
  all.open({2, {}, true});
  const event settled = heard<protocol::resolution>{};
  CHECK(told(all, settled) == R"({"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":)"
                              R"("mpac://s/conflicts","_meta":{"io.modelcontextprotocol/subscriptionId":"one"}}})"
                              "\n");
  CHECK(told(all, written) == R"({"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{"_meta":)"
                              R"({"io.modelcontextprotocol/subscriptionId":2}}})"
                              "\n");
  CHECK(all.close("one"));
  CHECK(!all.close("one"));
  CHECK(told(all, settled).empty());
  CHECK(all.close_all().size() == 1);
}

TEST_CASE("after an absence everything may have changed") {
  subscriptions all(protocol::session_id("s"));
  all.subscribe("mpac://s/files/x");
  all.subscribe("mpac://s/session");
  joined back;
  back.is_return = true;
  CHECK(all.notifications_of(event(back)).size() == 2);
  back.is_return = false;
  CHECK(all.notifications_of(event(back)).size() == 1); // the session; nobody was away
}
