// What a durable store drops when it is old, and that nobody notices who loads a session.
#include "protocol/wire/snapshot_encoder.hpp"
#include "store/disk_engine.hpp"
#include "store/encoding.hpp"
#include "store/rocksdb_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"
#include "tests/support/temporary_folder.hpp"

#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;
using protocol::security_profile;

namespace {

constexpr auto day = std::chrono::hours{24};

protocol::shared_policy keeping(std::uint32_t days, security_profile profile = security_profile::open) {
  auto policy = std::make_shared<protocol::session_policy>();
  policy->lifecycle.audit_retention_days = days;
  policy->security_profile = profile;
  return policy;
}

opening talk(protocol::shared_policy policy) {
  opening how;
  how.policy = std::move(policy);
  return how;
}

/// A session whose decisions are kept as they are made, one parcel each.
class kept_house final : public pure_house {
public:
  explicit kept_house(protocol::shared_policy policy) {
    auto opened = store::disk_engine::open([this] { return store::open_rocksdb_table(folder_.path() / "store"); },
                                           {store::sync_mode::none, {}});
    REQUIRE(opened.has_value());
    engine_ = std::move(*opened);
    open(talk(std::move(policy)));
    founded_ = std::make_shared<const protocol::session_image>(facts().image());
    append({facts().origin().id, {}, founded_});
  }

  /// An image comes with the next decision.
  void wants_image() { image_wanted_ = true; }
  void park() { REQUIRE(engine_->park(std::make_unique<protocol::session>(facts().image())).has_value()); }
  void tidy(base::instant when) {
    for (bool more = true; more;)
      more = engine_->tidy(when).value();
  }
  /// The decisions of which something is left in the transcript.
  std::vector<std::uint64_t> told() {
    std::vector<std::uint64_t> sequences;
    std::uint64_t from = 0;
    do {
      from = engine_
                 ->read_transcript(facts().origin().id, from, 1000,
                                   [&](const store::transcript_line& line) {
                                     if (sequences.empty() || sequences.back() != line.sequence)
                                       sequences.push_back(line.sequence);
                                   })
                 .value();
    } while (from != 0);
    return sequences;
  }
  bool is_gone() { return *engine_->look_up(facts().origin().id) == nullptr && engine_->kept({}, 1)->empty(); }
  /// The session, written down as it would be loaded.
  std::string loaded() {
    auto found = engine_->look_up(facts().origin().id);
    REQUIRE(found.has_value());
    REQUIRE(*found);
    return store::encode((*found)->image());
  }
  [[nodiscard]] std::string living() const { return store::encode(facts().image()); }
  store::engine& engine() { return *engine_; }

protected:
  void absorbed(const protocol::decision& made, protocol::session& now) override {
    store::parcel what{now.origin().id, {std::make_shared<const protocol::decision>(made)}, {}};
    if (std::exchange(image_wanted_, false))
      what.image = std::make_shared<const protocol::session_image>(now.image());
    append(what);
  }

private:
  void append(const store::parcel& what) {
    const std::array batch{what};
    REQUIRE(engine_->append(batch).has_value());
  }

  temporary_folder folder_;
  std::unique_ptr<store::engine> engine_;
  std::shared_ptr<const protocol::session_image> founded_;
  bool image_wanted_ = false;
};

void announce(kept_house& house, int number) {
  const auto name = std::to_string(number);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i" + name + " scope=[" + name + ".py] ttl_sec=8640000");
}

} // namespace

TEST_CASE("what was said longer ago than audit_retention_days goes, and what is younger stays",
          "[24-02][9.6.3-05][9.6.4-05]") {
  kept_house house(keeping(30));
  house.join("alice", "roles=[owner]");
  announce(house, 1);
  const auto old = house.facts().sequence();
  house.wait(20 * day);
  announce(house, 2);
  house.wants_image();
  announce(house, 3);
  const auto last = house.facts().sequence();
  house.tidy(house.now() + 9 * day);
  CHECK(house.told().front() == 1);
  house.tidy(house.now() + 11 * day);
  CHECK(house.told().front() > old);
  CHECK(house.told().back() == last);
  CHECK(house.loaded() == house.living());
  house.tidy(house.now() + 31 * day);
  CHECK(house.told().empty());
  CHECK(house.loaded() == house.living());
}

TEST_CASE("what no image holds stays, however old it is", "[8.1.1.2-18][9.6.3-05]") {
  kept_house house(keeping(30));
  house.join("alice", "roles=[owner]");
  house.wants_image();
  announce(house, 1);
  const auto held = house.facts().sequence();
  announce(house, 2);
  house.tidy(house.now() + 1000 * day);
  REQUIRE_FALSE(house.told().empty());
  CHECK(house.told().front() == held + 1);
  CHECK(house.loaded() == house.living());
}

TEST_CASE("0 days keep everything for the session's life: until it is closed and has left memory", "[9.6.4-05]") {
  kept_house house(keeping(0));
  house.join("alice", "roles=[owner]");
  house.wants_image();
  announce(house, 1);
  const auto later = house.now() + 1000 * day;
  house.tidy(later);
  CHECK(house.told().front() == 1);
  house.wants_image();
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  house.tidy(later);
  CHECK(house.told().front() == 1);
  CHECK(house.loaded() == house.living());
  house.park();
  house.tidy(later);
  CHECK(house.told().empty());
  CHECK(house.is_gone());
}

TEST_CASE("an open session that sleeps loses nothing where 0 days keep it for its life", "[9.6.4-05]") {
  kept_house house(keeping(0));
  house.join("alice", "roles=[owner]");
  house.park();
  house.tidy(house.now() + 1000 * day);
  CHECK(house.told().front() == 1);
}

TEST_CASE("an audited session keeps all of it while it lives, and for audit_retention_days after it",
          "[9.6.3-05][23.1.2-14][23.1.2-15]") {
  kept_house house(keeping(30, security_profile::authenticated));
  house.wants_image();
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  const auto closed = house.now();
  house.tidy(closed + 1000 * day); // it is in memory
  CHECK(house.told().front() == 1);
  house.park();
  house.tidy(closed + 29 * day);
  CHECK(house.told().front() == 1);
  CHECK(house.loaded() == house.living());
  house.tidy(closed + 31 * day);
  CHECK(house.told().empty());
  CHECK(house.is_gone());
}

TEST_CASE("tidying goes on in small pieces, and comes to every session", "[9.6.3-05]") {
  temporary_folder folder;
  auto opened = store::disk_engine::open([&] { return store::open_rocksdb_table(folder.path() / "store"); },
                                         {store::sync_mode::none, {}});
  REQUIRE(opened.has_value());
  auto& engine = **opened;
  std::vector<protocol::session_id> ids;
  for (int i = 0; i < 200; ++i) {
    opening how = talk(keeping(1));
    how.session = protocol::session_id("s" + std::to_string(i));
    pure_house house(how);
    auto image = std::make_shared<const protocol::session_image>(house.facts().image());
    const std::array founding{store::parcel{how.session, {}, image}};
    REQUIRE(engine.append(founding).has_value());
    house.join("alice");
    store::parcel what{how.session, {}, {}};
    for (const auto& each : house.decisions())
      what.decisions.push_back(std::make_shared<const protocol::decision>(each));
    const std::array batch{what};
    REQUIRE(engine.append(batch).has_value());
    REQUIRE(engine.park(std::make_unique<protocol::session>(house.facts().image())).has_value());
    ids.push_back(how.session);
  }
  const auto later = pure_house().now() + 100 * day;
  int calls = 1;
  while (engine.tidy(later).value())
    ++calls;
  CHECK(calls > 1);
  for (const auto& id : ids) {
    bool is_empty = true;
    REQUIRE(engine.read_transcript(id, 0, 1000, [&](const store::transcript_line&) { is_empty = false; }).has_value());
    CHECK(is_empty);
  }
}

TEST_CASE("whenever it is tidied, a session loads exactly as it would have", "[8.1.1.2-18][9.6.3-05]") {
  CHECK(rc::check("after any talk, with images here and there", [] {
    kept_house house(keeping(*rc::gen::inRange<std::uint32_t>(0, 4)));
    house.join("alice", "roles=[owner]");
    house.join("bob");
    const auto steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) {
      switch (*rc::gen::inRange(0, 5)) {
      case 0:
        house.wants_image();
        break;
      case 1:
        house.wait(*rc::gen::inRange(1, 50) * 1h);
        break;
      case 2:
        house.tidy(house.now() + *rc::gen::inRange(0, 5) * day);
        break;
      case 3:
        house.park();
        RC_ASSERT(house.engine().fetch(house.facts().origin().id).has_value());
        break;
      default:
        announce(house, i);
      }
      RC_ASSERT(house.loaded() == house.living());
    }
  }));
}
