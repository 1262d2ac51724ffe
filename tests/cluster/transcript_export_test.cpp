#include "cluster/transcript_export.hpp"

#include "actors/journal.hpp"
#include "security/envelope_signature.hpp"
#include "security/key_generation.hpp"
#include "security/transcript_verifier.hpp"
#include "store/memory_engine.hpp"
#include "tests/cluster/house_of_actors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json.hpp"
#include "tests/support/temporary_folder.hpp"

#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;
using mpac::tests::find;
using mpac::tests::number_at;
using mpac::tests::parse_json;
using mpac::tests::text_at;

namespace {

/// What the test tells the engine and learns from it.
struct long_talk {
  std::uint64_t decisions = 0;
  std::size_t filling = 0;
  std::uint64_t fails_from = ~std::uint64_t{0};
  std::atomic<int> reads{0};
  std::optional<security::signing_key> coordinator;                        ///< says it all, where there is one
  std::vector<protocol::chain_head> heads{{0, security::genesis("talk")}}; ///< of its log, as far as it has been told
};

/// Tells a session of any length out of nothing: one message for each decision, some clocks far behind the others.
class talkative_engine final : public store::engine {
public:
  explicit talkative_engine(std::shared_ptr<long_talk> what) : what_(std::move(what)) {}

  [[nodiscard]] base::result<std::uint64_t, store::fault>
  read_transcript(const protocol::session_id&, std::uint64_t from, std::size_t budget,
                  const std::function<void(const store::transcript_line&)>& visit) override {
    ++what_->reads;
    std::size_t shown = 0;
    for (auto at = std::max<std::uint64_t>(from, 1); at <= what_->decisions; ++at) {
      if (at >= what_->fails_from)
        return base::fail(store::fault{"the disk is gone"});
      if (shown >= budget)
        return at;
      const auto lamport = at % 7 == 0 ? at / 50 : at;
      const auto sender = what_->coordinator ? "service:coordinator-talk" : "p" + std::to_string(at % 7);
      auto text = R"({"sender":{"principal_id":")" + sender + R"("},"watermark":{"kind":"lamport_clock","value":)" +
                  std::to_string(lamport) + R"(},"n":)" + std::to_string(at) + R"(,"payload":")" +
                  std::string(what_->filling, 'x') + "\"}";
      if (what_->coordinator)
        text = security::sign_envelope(text, *what_->coordinator).value();
      shown += text.size();
      auto& heads = what_->heads;
      if (at == heads.size())
        heads.push_back(security::extended(heads.back(), security::entry_digest(text)));
      visit({at, true, {}, protocol::frame::of(text), at, heads[at - 1].head});
    }
    return 0;
  }

  [[nodiscard]] base::result<void, store::fault> append(std::span<const store::parcel>) override { return {}; }
  [[nodiscard]] bool wants_image(const protocol::session_id&) const override { return false; }
  [[nodiscard]] base::result<void, store::fault> sync() override { return {}; }
  [[nodiscard]] base::duration sync_interval() const noexcept override { return {}; }
  [[nodiscard]] base::result<void, store::fault> park(std::unique_ptr<protocol::session>) override { return {}; }
  [[nodiscard]] base::result<store::stored_session, store::fault> fetch(const protocol::session_id&) override {
    return store::stored_session{};
  }
  [[nodiscard]] base::result<std::shared_ptr<const protocol::session>, store::fault>
  look_up(const protocol::session_id&) override {
    return std::shared_ptr<const protocol::session>();
  }
  [[nodiscard]] base::result<std::vector<protocol::session_figures>, store::fault> kept(const protocol::session_id&,
                                                                                        std::size_t) override {
    return std::vector<protocol::session_figures>{};
  }
  [[nodiscard]] base::result<std::vector<store::sleeper>, store::fault> sleepers() override {
    return std::vector<store::sleeper>{};
  }
  [[nodiscard]] base::result<void, store::fault> read_told(const protocol::session_id&,
                                                           protocol::replay_search&) override {
    return {};
  }
  [[nodiscard]] base::result<bool, store::fault> tidy(base::instant) override { return false; }
  [[nodiscard]] base::result<std::uint64_t, store::fault> back_up(const std::filesystem::path&) override { return 0; }
  [[nodiscard]] bool may_block() const noexcept override { return true; }
  [[nodiscard]] bool is_durable() const noexcept override { return true; }

private:
  std::shared_ptr<long_talk> what_;
};

/// A journal, and whoever reads a transcript out of it, piece by piece.
class archive {
public:
  explicit archive(std::uint64_t decisions, std::size_t filling = 100, std::uint64_t fails_from = ~std::uint64_t{0})
      : talk(std::make_shared<long_talk>()), system_(threads_), scribe_(spawn_scribe(system_)) {
    talk->decisions = decisions;
    talk->filling = filling;
    talk->fails_from = fails_from;
    journal_ =
        actors::spawn_journal(system_, std::make_unique<talkative_engine>(talk), std::make_shared<metrics>("1.2.3"));
  }
  ~archive() {
    caf::anon_send_exit(scribe_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(journal_, caf::exit_reason::user_shutdown);
  }

  /// Begins; why not, if it can't.
  std::optional<std::string> begin(std::uint64_t up_to, store::sorting_terms sorting = {},
                                   std::optional<protocol::chain_head> log = {}) {
    export_ = std::make_shared<transcript_export>(
        transcript_frame{protocol::session_id("talk"), "{\"session_id\":\"talk\",\"messages\":[", "{\"last\":1}", up_to,
                         log},
        transcript_terms{scribe_, journal_, folder.path(), sorting,
                         [this](const protocol::session_id&, const std::string& why) { failure = why; },
                         [this] { return witness; }, [this] { return left_out; }});
    std::promise<std::optional<std::string>> said;
    auto answer = said.get_future();
    export_->begin([&] { said.set_value(std::nullopt); }, [&](const std::string& why) { said.set_value(why); });
    REQUIRE(answer.wait_for(patience) == std::future_status::ready);
    pieces_ = export_->pieces();
    return answer.get();
  }

  /// The next piece; nothing at the end, and `is_short` where it could not be gone on with.
  std::optional<std::string> piece() {
    auto said = std::make_shared<taking>();
    auto answer = said->promise.get_future();
    pieces_([said](std::optional<std::string> piece) { said->take(std::move(piece)); });
    said.reset();
    REQUIRE(answer.wait_for(patience) == std::future_status::ready);
    auto [dropped, piece] = answer.get();
    is_short = dropped;
    return std::move(piece);
  }
  std::string whole() {
    std::string text;
    for (auto next = piece(); next; next = piece())
      text += *next;
    return text;
  }

  mpac::tests::temporary_folder folder;
  std::shared_ptr<long_talk> talk;
  bool is_short = false;
  std::string failure;
  std::optional<log_witness> witness;
  redactions left_out;

private:
  struct taking {
    std::promise<std::pair<bool, std::optional<std::string>>> promise;
    bool taken = false;
    void take(std::optional<std::string> piece) {
      taken = true;
      promise.set_value({false, std::move(piece)});
    }
    ~taking() {
      if (!taken)
        promise.set_value({true, std::nullopt});
    }
  };

  actor_threads threads_;
  caf::actor_system system_;
  caf::actor scribe_;
  actors::journal_actor journal_;
  std::shared_ptr<transcript_export> export_;
  net::piece_source pieces_;
};

std::vector<std::int64_t> order_by_the_rules(std::uint64_t count) {
  std::vector<protocol::transcript_entry> entries;
  for (std::uint64_t at = 1; at <= count; ++at) {
    const auto lamport = at % 7 == 0 ? at / 50 : at;
    entries.push_back(
        {at,
         protocol::frame::of(R"({"sender":{"principal_id":"p)" + std::to_string(at % 7) +
                             R"("},"watermark":{"kind":"lamport_clock","value":)" + std::to_string(lamport) + "}}"),
         0,
         {},
         {}});
  }
  protocol::sort_transcript(entries);
  std::vector<std::int64_t> order;
  for (const auto& entry : entries)
    order.push_back(static_cast<std::int64_t>(entry.sequence));
  return order;
}

std::size_t resident_bytes() {
  std::ifstream figures("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  figures >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_CASE("the transcript of a chained log holds what proves it, also where it is sorted on a disk",
          "[23.1.3-05][23.1.3.1-05]") {
  const auto pair = security::generate_key({security::key_type::ed25519, "hub", base::now()}).value();
  const auto key = security::signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
  const std::vector trusted{key.verifying()};
  store::sorting_terms small;
  small.run_bytes = 4096;
  const auto told = [&](redactions left_out, const protocol::chain_head& end) {
    archive house(1200, 10);
    house.talk->coordinator = key;
    house.witness = log_witness{key, {pair.certificate_pem}};
    house.left_out = std::move(left_out);
    REQUIRE_FALSE(house.begin(1000, small, end));
    return house.whole();
  };
  protocol::chain_head end;
  {
    archive house(1000, 10);
    house.talk->coordinator = key;
    REQUIRE_FALSE(house.begin(1000));
    CHECK_FALSE(security::verify_transcript(house.whole(), trusted).has_value()); // it says nothing of a log
    end = house.talk->heads.at(1000);
  }
  auto text = told({}, end);
  const auto found = security::verify_transcript(text, trusted);
  REQUIRE(found.has_value());
  CHECK(found->first == 1);
  CHECK(found->last == 1000);
  CHECK(found->checkpoints == 1);
  CHECK(find(parse_json(text), "log_chain.coordinator_certificates")->Size() == 2);
  text.replace(text.find("\"n\":500,"), 8, "\"n\":501,");
  CHECK(security::verify_transcript(text, trusted).error().entry == 500);

  const auto silent = told({"payload", "n"}, end);
  CHECK(silent.find("xxxxxxxxxx") == std::string::npos);
  CHECK(security::verify_transcript(silent, trusted).value().redacted.size() == 1000);
  end.head[0] ^= 1;
  CHECK(security::verify_transcript(told({}, end), trusted).error().entry == 1000);
}

TEST_CASE("a transcript longer than memory is told in order, with the number of each message and the last snapshot",
          "[admin][9.6.3-01][9.6.3-02][9.6.3-03][9.6.3-04]") {
  store::sorting_terms small;
  small.run_bytes = 10'000;
  small.runs_at_once = 4;
  small.buffer_bytes = 512;
  archive at(5000);
  REQUIRE_FALSE(at.begin(4000, small)); // what came later did not lead to this snapshot
  const auto text = at.whole();
  CHECK_FALSE(at.is_short);
  const auto whole = parse_json(text);
  const auto wanted = order_by_the_rules(4000);
  const auto& messages = *find(whole, "messages");
  const auto& sequences = *find(whole, "message_sequences");
  REQUIRE(messages.Size() == wanted.size());
  REQUIRE(sequences.Size() == wanted.size());
  bool is_same = true;
  for (rapidjson::SizeType i = 0; i < messages.Size(); ++i)
    is_same = is_same && number_at(messages[i], "n") == wanted[i] && sequences[i].GetInt64() == wanted[i];
  CHECK(is_same);
  CHECK(number_at(whole, "final_snapshot.last") == 1);
  CHECK_FALSE(at.piece()); // and that was all
}

TEST_CASE("a session in which nothing was said has a transcript as well", "[admin][9.6.3-04]") {
  archive at(0);
  REQUIRE_FALSE(at.begin(0));
  CHECK(find(parse_json(at.whole()), "messages")->Empty());
}

TEST_CASE("nothing is read that nobody has asked for", "[admin][9.6.3-01]") {
  archive at(100'000);
  REQUIRE_FALSE(at.begin(100'000));
  CHECK(at.talk->reads == 1);
  (void)at.piece(); // the head
  CHECK(at.talk->reads == 1);
  for (int i = 0; i < 20; ++i)
    (void)at.piece();
  const int reads = at.talk->reads;
  CHECK(reads > 1);
  CHECK(reads <= 21);
}

TEST_CASE("200,000 messages and more are told with a few megabytes", "[admin][9.6.3-01]") {
  constexpr std::size_t megabyte = 1024 * 1024;
  archive at(250'000, 400);
  const auto before = resident_bytes();
  std::size_t most = 0;
  std::uint64_t bytes = 0;
  REQUIRE_FALSE(at.begin(250'000));
  std::uint64_t pieces = 0;
  std::string last;
  for (auto next = at.piece(); next; next = at.piece()) {
    bytes += next->size();
    CHECK(next->size() < megabyte);
    last = std::move(*next);
    if (++pieces % 100 == 0)
      most = std::max(most, resident_bytes());
  }
  CHECK(bytes > 110 * megabyte);
  CHECK(last.ends_with("],\"final_snapshot\":{\"last\":1}}"));
  CHECK(most < before + 24 * megabyte);
  CHECK(std::filesystem::is_empty(at.folder.path()));
}

TEST_CASE("what can't be read from the beginning is refused, and what fails later ends short", "[admin][9.6.3-01]") {
  archive at_once(1000, 100, 1);
  CHECK(at_once.begin(1000) == "the disk is gone");
  archive later(100'000, 100, 50'000);
  REQUIRE_FALSE(later.begin(100'000));
  const auto text = later.whole();
  CHECK(later.is_short);
  CHECK(later.failure == "the disk is gone");
  CHECK(text.find("final_snapshot") == std::string::npos);
}
