// What a disk engine has kept when any one call of its table fails.
#include "store/disk_engine.hpp"
#include "tests/store/living.hpp"
#include "tests/store/printed_fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_table.hpp"

namespace mpac::store {
namespace {

using tests::disk_call;
using tests::disk_outcome;
using tests::faulty_disk;
using namespace std::chrono_literals;

/// One story of a session, whose steps are tried again until they succeed; what is promised meanwhile.
class story {
public:
  story(faulty_disk& disk, living& talk, bool stops_at_failure)
      : disk_(disk), talk_(talk), stops_at_failure_(stops_at_failure) {}

  /// False when it has stopped.
  bool play() {
    return opens() && keeps(talk_.founding()) && keeps(talk_.decides(2)) && keeps(talk_.decides(1, true)) &&
           keeps(talk_.decides(1)) && parks() && fetches(false) && keeps(talk_.decides(2)) && looks() && tidies() &&
           again([&] { return engine_->sync(); }) && keeps(talk_.decides(1)) && again([&] { return engine_->sync(); });
  }
  [[nodiscard]] std::uint64_t promised() const { return promised_; }
  void ends() { engine_.reset(); }
  [[nodiscard]] bool is_founded() const { return founded_; }

private:
  template <class Act>
  bool again(Act&& act) {
    for (int tries = 0; tries < 5; ++tries) {
      if (act())
        return true;
      if (stops_at_failure_)
        return false;
    }
    FAIL("it does not come back");
    return false;
  }
  bool opens() {
    return again([&] {
      auto opened = disk_engine::open(disk_.source(), {});
      if (opened)
        engine_ = std::move(*opened);
      return bool(opened);
    });
  }
  bool keeps(const parcel& what) {
    const bool done = again([&] { return append(*engine_, what); });
    founded_ |= done;
    if (done && !what.decisions.empty())
      promised_ = what.decisions.back()->sequence;
    return done;
  }
  bool parks() { // is not tried again: where it failed the session is loaded like one that was interrupted
    const bool done = bool(engine_->park(talk_.leaves()));
    parked_ = done;
    return done || !stops_at_failure_;
  }
  bool fetches(bool interrupted) {
    return again([&] {
      auto found = engine_->fetch(talk_.id());
      if (found) {
        REQUIRE(found->facts != nullptr);
        CHECK(encode(found->facts->image()) == talk_.at(talk_.sequence()));
        if (parked_)
          CHECK(found->was_interrupted == interrupted);
      }
      return bool(found);
    });
  }
  bool looks() {
    return again([&] {
             const auto seen = engine_->look_up(talk_.id());
             if (seen)
               CHECK(encode((*seen)->image()) == talk_.at(talk_.sequence()));
             return bool(seen);
           }) &&
           again([&] {
             const auto rows = engine_->kept({}, 10);
             return rows && rows->size() == 1;
           }) &&
           again([&] { return bool(engine_->sleepers()); });
  }
  bool tidies() {
    return again([&] { return bool(engine_->tidy(morning + 24h * 4000)); });
  }

  faulty_disk& disk_;
  living& talk_;
  bool stops_at_failure_;
  std::unique_ptr<engine> engine_;
  std::uint64_t promised_ = 0;
  bool founded_ = false, parked_ = false;
};

TEST_CASE("whichever call of the table fails, nothing promised is lost and nothing half there", "[8.1.1.2-01]"
                                                                                                "[8.1.1.3-01]") {
  const auto play = [](std::uint64_t failing, disk_outcome how, bool stops, bool loses_power, std::size_t surviving) {
    faulty_disk disk;
    living talk;
    bool has_failed = false;
    disk.leaves([&](std::size_t unsynced) { return std::min(surviving, unsynced); });
    disk.judged_by([&](disk_call) {
      if (has_failed || disk.calls() != failing + 1)
        return disk_outcome::done;
      has_failed = true;
      return how;
    });
    {
      story one(disk, talk, stops);
      const bool ended = one.play();
      CHECK(ended == (!stops || !has_failed));
      if (loses_power)
        disk.lose_power(std::min(surviving, disk.unsynced()));
      else
        disk.lose_process();
      const auto promised = one.promised();
      const bool founded = one.is_founded();
      one.ends();
      disk.judged_by({});
      auto kept = std::move(*disk_engine::open(disk.source(), {}));
      const auto found = kept->fetch(talk.id());
      REQUIRE(found.has_value());
      if (!found->facts) {
        CHECK(!founded);
        return has_failed;
      }
      CHECK(found->was_interrupted);
      CHECK(found->facts->sequence() >= promised);
      CHECK(found->facts->sequence() <= talk.sequence());
      CHECK(encode(found->facts->image()) == talk.at(found->facts->sequence()));
    }
    return has_failed;
  };
  for (const auto how : {disk_outcome::fails, disk_outcome::half_failed})
    for (const bool stops : {false, true})
      for (const bool loses_power : {false, true})
        for (const std::size_t surviving : {0, 1, 9}) {
          std::uint64_t failing = 0;
          while (play(failing, how, stops, loses_power, surviving))
            ++failing;
          CHECK(failing > 20);
        }
}

} // namespace
} // namespace mpac::store
