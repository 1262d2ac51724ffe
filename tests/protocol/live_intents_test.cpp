#include "protocol/live_intents.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

intent_record announced(int id, int owner, std::vector<std::string> files, int expires, std::uint64_t order) {
  intent_record made;
  made.intent_id = intent_id("i" + std::to_string(id));
  made.principal_id = principal_id("p" + std::to_string(owner));
  made.scope = file_set(std::move(files));
  made.expires_at = expires == 0 ? base::never : base::instant{std::chrono::seconds{expires}};
  made.order = order;
  return made;
}

std::vector<std::string> ids(const std::vector<const intent_record*>& intents) {
  std::vector<std::string> names;
  for (const auto* one : intents)
    names.push_back(one->intent_id.str());
  return names;
}

std::string any_file() {
  return "f" + std::to_string(*rc::gen::inRange(0, 6));
}

} // namespace

TEST_CASE("the tables of live intents agree with looking at each", "[15.2.1.1-01][15.6.1-04]") {
  CHECK(rc::check("whatever is added, changed and taken", [] {
    live_intents live;
    std::map<std::string, intent_record> model;
    std::uint64_t order = 0;
    const int steps = *rc::gen::inRange(1, 80);
    for (int i = 0; i < steps; ++i) {
      const int id = *rc::gen::inRange(0, 15);
      const auto name = "i" + std::to_string(id);
      const auto known = model.find(name);
      if (known == model.end()) {
        const auto made =
            announced(id, *rc::gen::inRange(0, 3), {any_file(), any_file()}, *rc::gen::inRange(0, 20), ++order);
        model.emplace(name, made);
        live.add(made);
      } else if (*rc::gen::inRange(0, 2) == 0) {
        const auto scope = file_set({any_file()});
        const base::instant expires{std::chrono::seconds{*rc::gen::inRange(1, 20)}};
        const auto change = [&](intent_record& one) {
          one.scope = scope;
          one.expires_at = expires;
        };
        change(known->second);
        live.change(intent_id(name), change);
      } else {
        RC_ASSERT(live.take(intent_id(name)).principal_id == known->second.principal_id);
        model.erase(known);
      }

      std::vector<const intent_record*> all;
      for (const auto& [key, one] : model)
        all.push_back(&one);
      std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->order < b->order; });
      RC_ASSERT(ids(live.all()) == ids(all));
      RC_ASSERT(live.size() == model.size());

      const auto asked = file_set({any_file()});
      std::vector<const intent_record*> overlapping;
      std::copy_if(all.begin(), all.end(), std::back_inserter(overlapping),
                   [&](auto* one) { return static_cast<bool>(overlap(asked, one->scope)); });
      auto near = live.near(asked);
      std::erase_if(near, [&](auto* one) { return !overlap(asked, one->scope); });
      RC_ASSERT(ids(near) == ids(overlapping));

      const base::instant now{std::chrono::seconds{*rc::gen::inRange(0, 22)}};
      std::set<std::string> over;
      auto next = base::never;
      for (const auto* one : all) {
        next = std::min(next, one->expires_at);
        if (one->expires_at <= now)
          over.insert(one->intent_id.str());
      }
      RC_ASSERT(live.next_expiry() == next);
      const auto expired = ids(live.expired(now));
      RC_ASSERT(std::set<std::string>(expired.begin(), expired.end()) == over);
      for (int owner = 0; owner < 3; ++owner) {
        const principal_id who("p" + std::to_string(owner));
        std::vector<const intent_record*> theirs;
        std::copy_if(all.begin(), all.end(), std::back_inserter(theirs),
                     [&](auto* one) { return one->principal_id == who; });
        RC_ASSERT(ids(live.of(who)) == ids(theirs));
        RC_ASSERT(live.count_of(who) == theirs.size());
      }
    }
  }));
}
