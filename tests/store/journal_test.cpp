#include "store/journal.hpp"
#include "tests/store/decisions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fragile_engine.hpp"

using namespace mpac;
using namespace mpac::tests;
using protocol::session_id;

namespace {

struct bench {
  std::shared_ptr<engine_switch> engine = std::make_shared<engine_switch>();
  store::journal journal{std::make_unique<fragile_engine>(engine)};

  void add(std::uint32_t ticket, const char* session, std::uint64_t sequence) {
    add(ticket, session, sequence, sequence);
  }
  void add(std::uint32_t ticket, const char* session, std::uint64_t first, std::uint64_t last) {
    store::parcel what{session_id{session}, {}, {}};
    for (auto sequence = first; sequence <= last; ++sequence)
      what.decisions.push_back(shared(decided(sequence)));
    journal.add(ticket, std::move(what));
  }
};

} // namespace

TEST_CASE("a batch is one write, and each ticket gets one receipt for the last of its decisions", "[journal]") {
  bench at;
  at.add(0, "one", 1, 3);
  at.add(1, "two", 9);
  CHECK(at.journal.batch_size() == 4);
  const auto receipts = at.journal.commit();
  REQUIRE(receipts.has_value());
  REQUIRE(receipts->size() == 2);
  CHECK((*receipts)[0].ticket == 0);
  CHECK((*receipts)[0].kept.up_to() == 3);
  CHECK((*receipts)[1].ticket == 1);
  CHECK((*receipts)[1].kept.up_to() == 9);
  CHECK(at.engine->batches == std::vector<std::size_t>{4});
  CHECK_FALSE(at.journal.has_batch());
}

TEST_CASE("a session that hands over twice in one batch gets a receipt for each", "[journal]") {
  bench at;
  at.add(0, "one", 1);
  at.add(1, "two", 1);
  at.add(2, "one", 2);
  const auto receipts = at.journal.commit();
  REQUIRE(receipts.has_value());
  REQUIRE(receipts->size() == 3);
  CHECK((*receipts)[0].kept.up_to() == 1);
  CHECK((*receipts)[2].kept.up_to() == 2);
}

TEST_CASE("an empty journal has nothing to commit and no receipts", "[journal]") {
  bench at;
  CHECK_FALSE(at.journal.has_batch());
  const auto receipts = at.journal.commit();
  REQUIRE(receipts.has_value());
  CHECK(receipts->empty());
}

TEST_CASE("when the engine fails nobody gets a receipt and the batch stays, to be tried again whole", "[journal]") {
  bench at;
  at.engine->fails = true;
  at.add(0, "one", 1);
  auto refused = at.journal.commit();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().what == "the disk is full");
  CHECK(at.journal.batch_size() == 1);
  at.add(1, "one", 2);
  CHECK_FALSE(at.journal.commit().has_value());
  CHECK(at.engine->batches.empty());

  at.engine->fails = false;
  const auto receipts = at.journal.commit();
  REQUIRE(receipts.has_value());
  REQUIRE(receipts->size() == 2);
  CHECK((*receipts)[1].kept.up_to() == 2);
  CHECK(at.engine->batches == std::vector<std::size_t>{2}); // nothing twice, nothing lost
  std::vector<std::uint64_t> sequences;
  const auto next =
      at.journal.storage().read_transcript(session_id{"one"}, 0, 1000, [&](const store::transcript_line& line) {
        if (line.inbound)
          sequences.push_back(line.sequence);
      });
  CHECK(next.value() == 0);
  CHECK(sequences == std::vector<std::uint64_t>{1, 2});
}
