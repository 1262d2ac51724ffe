// Every state that a conversation leads to can be written down as a snapshot and made again of it (SPEC 8.1.1.2).
#include "protocol/resource_registry.hpp"
#include "protocol/session_image.hpp"
#include "protocol/wire/snapshot_decoder.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/conversations/season.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;

namespace {

/// The pure core, which after each decision looks whether its snapshot can be read again and says the same.
class house_of_snapshots final : public pure_house {
public:
  explicit house_of_snapshots(std::size_t& snapshots) : snapshots_(snapshots) {}

private:
  void absorbed(const protocol::decision& made, protocol::session& facts) override {
    auto image = facts.image();
    for (auto& who : image.people) { // nobody sits anywhere in a snapshot
      who.seat = 0;
      if (who.away_since == 0)
        who.away_since = image.sequence;
    }
    const protocol::session here(std::move(image));
    const auto text = protocol::snapshot_json(here, made.cause.when);
    protocol::snapshot_surroundings around;
    around.files = facts.files();
    auto read = protocol::read_snapshot(text, around);
    ++snapshots_;
    if (!read)
      throw unreadable("its snapshot can't be read: " + read.error().description);
    const protocol::session again(std::move(*read));
    if (const auto other = protocol::snapshot_json(again, made.cause.when); other != text)
      throw unreadable("its snapshot is another when it is read again:\n  " + text + "\n  " + other);
    if (facts.policy().resource_registry ? again.registry()->mappings() != facts.registry()->mappings()
                                         : again.policy() != facts.policy())
      throw unreadable("its policy is another when its snapshot is read again");
  }

  std::size_t& snapshots_;
};

} // namespace

TEST_CASE("after every decision of every conversation its snapshot makes the same session again",
          "[8.1.1.2-19][8.1.1.3-01][7.7-04][O-034]") {
  std::size_t snapshots = 0;
  const auto come = play_all(std::filesystem::path(MPAC_SOURCE_DIR) / "tests" / "conversations",
                             [&] { return std::make_unique<house_of_snapshots>(snapshots); });
  for (const auto& why : come.misplayed)
    FAIL_CHECK(why);
  CHECK(snapshots > 2000);
}
