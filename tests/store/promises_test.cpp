// What a disk engine has said is kept: through the whole store, down to a disk whose power fails.
#include "protocol/decide.hpp"
#include "store/disk_engine.hpp"
#include "store/encoding.hpp"
#include "store/rocksdb_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/forgetful_file_system.hpp"
#include "tests/support/pure_house.hpp"
#include "tests/support/temporary_folder.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;
using store::sync_mode;

namespace {

/// A session of which the decisions wait until somebody takes them.
class talkative_house final : public pure_house {
public:
  [[nodiscard]] const protocol::session_id& id() const { return facts().origin().id; }
  [[nodiscard]] store::parcel founding() const {
    return {id(), {}, std::make_shared<const protocol::session_image>(facts().image())};
  }
  /// What was decided since it was last asked.
  [[nodiscard]] store::parcel fresh() {
    store::parcel what{id(), {}, {}};
    for (; taken_ < decisions().size(); ++taken_)
      what.decisions.push_back(std::make_shared<const protocol::decision>(decisions()[taken_]));
    return what;
  }
  void announce(const std::string& number) {
    says("alice", "INTENT_ANNOUNCE intent_id=i" + number + " scope=[" + number + ".py]");
  }
  [[nodiscard]] std::string written_down() const { return store::encode(facts().image()); }

private:
  std::size_t taken_ = 0;
};

class engine_at {
public:
  engine_at(std::filesystem::path folder, sync_mode mode, rocksdb::Env* environment = nullptr) {
    store::rocksdb_options options;
    options.environment = environment;
    auto opened = store::disk_engine::open([=] { return store::open_rocksdb_table(folder, options); },
                                           {mode, mode == sync_mode::interval ? 1s : 0s, {}});
    if (!opened)
      FAIL(opened.error().what);
    engine_ = std::move(*opened);
  }
  [[nodiscard]] bool append(const store::parcel& what) {
    const std::array batch{what};
    return engine_->append(batch).has_value();
  }
  /// The session as it is kept, written down.
  [[nodiscard]] std::string kept(const protocol::session_id& id) {
    auto found = engine_->look_up(id);
    if (!found)
      FAIL(found.error().what);
    return *found ? store::encode((*found)->image()) : "nothing";
  }
  store::engine* operator->() { return engine_.get(); }

private:
  std::unique_ptr<store::engine> engine_;
};

/// What is left of a session once the power has failed.
std::string left_of(const protocol::session_id& id, forgetful_file_system& system) {
  const temporary_folder place;
  lay_out(system.disk().left(), place.path() / "left");
  return engine_at(place.path() / "left", sync_mode::commit).kept(id);
}

} // namespace

TEST_CASE("what is kept is there when the power fails: at once, or after the sync, as was configured",
          "[8.1.1.2-20][7.7-02]") {
  for (const auto mode : {sync_mode::commit, sync_mode::interval}) {
    const temporary_folder place;
    forgetful_file_system system;
    engine_at engine(place.path() / "store", mode, system.environment());
    talkative_house talk;
    REQUIRE(engine.append(talk.founding()));
    talk.join("alice");
    REQUIRE(engine.append(talk.fresh()));
    talk.announce("1");
    REQUIRE(engine.append(talk.fresh()));
    REQUIRE(engine->sync().has_value());
    CHECK(left_of(talk.id(), system) == talk.written_down());
  }
}

TEST_CASE("a batch that could not be written is kept, and on the disk, once the engine has taken it at last",
          "[8.1.1.2-20][7.7-02]") {
  for (const bool fails_to_sync : {false, true}) {
    const temporary_folder place;
    forgetful_file_system system;
    engine_at engine(place.path() / "store", sync_mode::commit, system.environment());
    const auto trouble = [&](disk_trouble how) {
      fails_to_sync ? system.fail_syncs(how) : system.fail_writes(how);
    };
    talkative_house talk;
    REQUIRE(engine.append(talk.founding()));
    talk.join("alice");
    const auto first = talk.fresh();
    trouble(disk_trouble::input_output);
    CHECK_FALSE(engine.append(first));
    CHECK_FALSE(engine.append(first));
    trouble(disk_trouble::none);
    REQUIRE(engine.append(first));
    CHECK(engine.kept(talk.id()) == talk.written_down());
    CHECK(left_of(talk.id(), system) == talk.written_down());
    talk.announce("1");
    REQUIRE(engine.append(talk.fresh()));
    CHECK(left_of(talk.id(), system) == talk.written_down());
  }
}

TEST_CASE("a transcript goes on where it stopped, however many decisions came in one parcel", "[9.6.3-01]") {
  const temporary_folder place;
  engine_at engine(place.path() / "store", sync_mode::none);
  talkative_house talk;
  REQUIRE(engine.append(talk.founding()));
  talk.join("alice");
  for (int parcel = 0; parcel < 3; ++parcel) {
    for (int i = 0; i < 3; ++i)
      talk.announce(std::to_string(parcel) + std::to_string(i));
    REQUIRE(engine.append(talk.fresh()));
  }
  std::vector<std::uint64_t> came;
  std::uint64_t from = 0;
  int pieces = 0;
  do {
    const auto next = engine->read_transcript(talk.id(), from, 1, [&](const store::transcript_line& line) {
      if (line.inbound)
        came.push_back(line.sequence);
    });
    REQUIRE(next.has_value());
    from = *next;
    ++pieces;
  } while (from != 0);
  CHECK(pieces == 3);
  std::vector<std::uint64_t> all;
  for (const auto& each : talk.decisions())
    if (each.cause.inbound)
      all.push_back(each.sequence);
  CHECK(came == all);
}

TEST_CASE("whoever missed something before the hub went finds all of it after it has come back", "[12.8-01]") {
  const temporary_folder place;
  talkative_house talk;
  protocol::replay_request asked;
  asked.who = protocol::principal_id("bob");
  {
    engine_at before(place.path() / "store", sync_mode::commit);
    REQUIRE(before.append(talk.founding()));
    talk.join("alice");
    talk.join("bob");
    REQUIRE(before.append(talk.fresh()));
    asked.after_lamport = talk.facts().lamport();
    talk.announce("1");
    REQUIRE(before.append(talk.fresh()));
  }
  engine_at after(place.path() / "store", sync_mode::commit);
  REQUIRE(after->fetch(talk.id()).has_value());
  for (int i = 2; i < 12; ++i)
    talk.announce(std::to_string(i));
  REQUIRE(after.append(talk.fresh()));
  asked.before_sequence = talk.facts().sequence() + 1;
  protocol::replay_search search(asked);
  REQUIRE(after->read_told(talk.id(), search).has_value());
  const auto missed = std::move(search).result();
  CHECK(missed.is_complete);
  CHECK(missed.frames.size() == 11);
}
