// All that happens to a message between its text and the moment it may be told: decode, admission, decide, absorb, and
// the journal with the memory engine (SPEC 7.7).
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"
#include "store/journal.hpp"
#include "store/memory_engine.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace mpac::bench {
namespace {

using namespace protocol;

constexpr std::size_t participants = 4;
constexpr std::size_t tasks = 64; // announce, commit, withdraw; a round
constexpr std::size_t steps = 3 * tasks;

/// So many messages come together and share a batch of the journal.
void session_step(benchmark::State& state) {
  const auto together = static_cast<std::size_t>(state.range(0));
  house session(participants);
  store::journal journal(std::make_unique<store::memory_engine>());
  const auto& id = session.facts().origin().id;
  std::vector<frame_ptr> letters;
  std::size_t task = 0;
  for (auto _ : state) {
    letters.clear();
    for (std::size_t i = 0; i < tasks; ++i, ++task) {
      const auto who = task % participants;
      const auto intent = fmt::format("intent-{}", task), file = fmt::format("src/file-{}.cpp", task % 100);
      letters.push_back(session.announce(who, intent, file));
      letters.push_back(session.commit(who, fmt::format("op-{}", task), intent, file));
      letters.push_back(session.withdraw(who, intent));
    }
    const auto first_task = task - tasks;
    std::size_t accepted = 0, told = 0;
    std::uint64_t kept = 0;

    const auto begin = thread_time();
    for (std::size_t i = 0; i < letters.size(); ++i) {
      session.hear((first_task + i / 3) % participants, session.open(letters[i]), letters[i], [&](decision&& made) {
        accepted += !made.cause.error;
        told += made.notices.size();
        journal.add(0, {id, {std::make_shared<const decision>(std::move(made))}, {}});
      });
      if ((i + 1) % together == 0 || i + 1 == letters.size())
        kept = journal.commit()->back().kept.up_to();
    }
    state.SetIterationTime(static_cast<double>((thread_time() - begin).count()) / 1e9);

    prove(accepted == steps && told == steps, "every message is accepted and relayed, and nothing else");
    prove(kept == session.facts().sequence(), "all of it is kept");
    prove(session.facts().intents().size() == 0, "no intent stays");
  }
  prove(session.facts().totals().committed_operations == static_cast<std::int64_t>(task), "all is committed");
  state.counters["per_message"] = benchmark::Counter(static_cast<double>(state.iterations() * steps),
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(session_step)->Arg(1)->Arg(16)->UseManualTime();

} // namespace
} // namespace mpac::bench
