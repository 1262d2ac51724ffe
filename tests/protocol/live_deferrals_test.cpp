// Deferrals by whom and what they observe (SPEC 15.5.1).
#include "protocol/live_deferrals.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

using namespace mpac;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

deferral_record deferral(const std::string& who, const std::string& id, std::vector<std::string> intents,
                         std::vector<std::string> principals, base::duration until = 60s) {
  deferral_record record;
  record.deferral_id = deferral_id(id);
  record.principal_id = principal_id(who);
  for (auto& name : intents)
    record.observed_intent_ids.emplace_back(std::move(name));
  for (auto& name : principals)
    record.observed_principals.emplace_back(std::move(name));
  record.still_open.insert(record.observed_intent_ids.begin(), record.observed_intent_ids.end());
  record.expires_at = base::instant{until};
  return record;
}

std::set<std::string> ids(const live_deferrals::listing& some) {
  std::set<std::string> found;
  for (const auto* each : some)
    found.insert(each->principal_id.str() + "/" + each->deferral_id.str());
  return found;
}

} // namespace

TEST_CASE("a deferral is found by what it observes, principals among the intents too", "[15.5.1-09][15.5.1-10]") {
  live_deferrals all;
  all.put(deferral("bob", "d1", {"i1", "alice"}, {"carol"}));
  all.put(deferral("dave", "d1", {"i1", "i1"}, {}));
  CHECK(ids(all.observing(intent_id("i1"))) == std::set<std::string>{"bob/d1", "dave/d1"});
  CHECK(ids(all.observing(principal_id("alice"))) == std::set<std::string>{"bob/d1"});
  CHECK(ids(all.observing(principal_id("carol"))) == std::set<std::string>{"bob/d1"});
  CHECK(all.observing(intent_id("carol")).empty());
  CHECK(ids(all.of(principal_id("dave"))) == std::set<std::string>{"dave/d1"});
  all.intent_over(intent_id("i1"));
  CHECK(all.find(principal_id("dave"), deferral_id("d1"))->still_open.empty());
  CHECK(all.find(principal_id("bob"), deferral_id("d1"))->still_open.size() == 1);
  all.remove(principal_id("dave"), deferral_id("d1"));
  CHECK(ids(all.observing(intent_id("i1"))) == std::set<std::string>{"bob/d1"});
}

TEST_CASE("the same key takes the place of the old, with another time", "[15.5.1-02]") {
  live_deferrals all;
  all.put(deferral("bob", "d1", {"i1"}, {}, 10s));
  all.put(deferral("bob", "d1", {"i2"}, {}, 20s));
  CHECK(all.size() == 1);
  CHECK(all.observing(intent_id("i1")).empty());
  CHECK(all.next_expiry() == base::instant{20s});
  CHECK(all.expired(base::instant{19s}).empty());
  CHECK(all.expired(base::instant{20s}).size() == 1);
  all.remove(principal_id("bob"), deferral_id("d1"));
  CHECK(all.next_expiry() == base::never);
  CHECK(all.empty());
}

TEST_CASE("whatever comes and goes, the indexes say what a search through all would") {
  CHECK(rc::check("indexes equal a search", [] {
    live_deferrals all;
    const auto name = [](const char* kind) { return kind + std::to_string(*rc::gen::inRange(0, 4)); };
    for (int step = *rc::gen::inRange(1, 40); step > 0; --step) {
      if (*rc::gen::inRange(0, 3) == 0)
        all.remove(principal_id(name("p")), deferral_id(name("d")));
      else
        all.put(deferral(name("p"), name("d"), {name("i"), name("p")}, {name("p")},
                         std::chrono::seconds{*rc::gen::inRange(1, 9)}));
      const auto wanted = name("i");
      std::set<std::string> expected;
      base::instant next = base::never;
      for (const auto* each : all.all()) {
        const auto& listed = each->observed_intent_ids;
        if (std::find(listed.begin(), listed.end(), intent_id(wanted)) != listed.end())
          expected.insert(each->principal_id.str() + "/" + each->deferral_id.str());
        next = std::min(next, each->expires_at);
      }
      RC_ASSERT(ids(all.observing(intent_id(wanted))) == expected);
      RC_ASSERT(all.next_expiry() == next);
    }
  }));
}
