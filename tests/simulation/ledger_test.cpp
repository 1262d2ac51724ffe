// What the ledger is worth: it is shown stores that lose, invent and confuse what they were given, and one that keeps.
#include "protocol/session_image.hpp"
#include "store/disk_engine.hpp"
#include "store/encoding.hpp"
#include "tests/simulation/tapped_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_table.hpp"

#include <functional>

using namespace mpac;
using namespace mpac::tests;
using namespace mpac::protocol;
using Catch::Matchers::Contains;

namespace {

/// Three decisions of a session are kept, the power fails, and the session is loaded.
std::string story(const std::function<void(faulty_disk&, int)>& before_each,
                  const std::function<void(faulty_disk&)>& after_all = {},
                  store::sync_mode mode = store::sync_mode::commit) {
  faulty_disk disk;
  auto watch = std::make_shared<onlooker>();
  const auto open = [&] {
    auto opened = store::disk_engine::open(disk.source(), {mode, {}, {}});
    return tapped_engine(std::make_shared<tap>(
        tap{std::move(*opened), watch, true, base::duration{}, mode == store::sync_mode::commit}));
  };
  session_origin origin;
  origin.id = session_id("talk");
  session talk(origin);
  {
    auto kept = open();
    for (int i = 1; i <= 3; ++i) {
      decision next;
      next.sequence = talk.sequence() + 1;
      next.lamport_after = talk.lamport() + 1;
      next.events = {target_moved{"t" + std::to_string(i), "ref"}};
      watch->decided(origin.id, next);
      talk.absorb(next);
      store::parcel what{origin.id, {std::make_shared<const decision>(next)}, {}};
      if (i == 1)
        what.image = std::make_shared<const session_image>(talk.image());
      before_each(disk, i);
      REQUIRE(bool(kept.append(std::span(&what, 1))));
      disk.judged_by({});
    }
    if (after_all)
      after_all(disk);
    else
      disk.lose_power(disk.unsynced());
    watch->hub_is_gone(true);
  }
  auto kept = open();
  const auto found = kept.fetch(origin.id);
  if (!found)
    return "refused: " + found.error().what;
  return watch->amiss() ? watch->amiss().text() : std::string();
}

void drops(faulty_disk& disk) {
  disk.judged_by([](disk_call what) { return what == disk_call::write ? disk_outcome::dropped : disk_outcome::done; });
}

} // namespace

TEST_CASE("a session that comes back as another is noticed", "[8.1.1.3-01]") {
  const auto nothing = [](faulty_disk&, int) {};
  CHECK(story(nothing) == "");
  CHECK_THAT(story([](auto& disk, int i) { i == 3 ? drops(disk) : void(); }),
             Contains("decision 2 is the last that is kept, and 3 were promised"));
  CHECK_THAT(story([](auto& disk, int i) { i == 2 ? drops(disk) : void(); }), Contains("decision 2 is missing"));
  CHECK_THAT(story([](auto& disk, int i) { i == 1 ? drops(disk) : void(); }),
             Contains("decision 0 is the last that is kept, and 3 were promised"));
  CHECK_THAT(story(
                 nothing, [](auto& disk) { disk.lose_one_in_the_middle(0); }, store::sync_mode::none),
             Contains("decision 2 is missing"));
  CHECK_THAT(story(nothing,
                   [](auto& disk) {
                     auto& bytes = disk.at(store::space::images).at("talk");
                     auto image = *store::decode_image(bytes);
                     image.targets.emplace_back("another", "ref");
                     bytes = store::encode(image);
                     disk.lose_power(0);
                   }),
             Contains("is not what its decisions say"));
}

TEST_CASE("what is not promised may be forgotten, from its end", "[8.1.1.2-01]") {
  const auto nothing = [](faulty_disk&, int) {};
  for (std::size_t surviving = 0; surviving < 3; ++surviving)
    CHECK(story(
              nothing, [&](auto& disk) { disk.lose_power(surviving); }, store::sync_mode::none) == "");
}
