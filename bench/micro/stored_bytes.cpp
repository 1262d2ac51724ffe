// What keeping costs: decisions and whole sessions to bytes and back (SPEC 8.1.1.2).
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"
#include "store/encoding.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace mpac::bench {
namespace {

using namespace protocol;

std::size_t size_of(const decision& what) {
  std::string bytes;
  store::append_decision(bytes, what);
  return bytes.size();
}

void encode_decision(benchmark::State& state, const decision& made) {
  prove(made.notices.size() == 1 && made.notices[0].frame.get() == made.cause.inbound.get(),
        "it is relayed as it came");
  auto facts = made;
  facts.cause.inbound = {};
  facts.notices.clear();
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    store::append_decision(bytes, made);
    benchmark::DoNotOptimize(bytes.data());
  }
  std::string_view from(bytes);
  const auto again = store::take_decision(from, store::part::everything);
  prove(again && from.empty() && again->cause.inbound->payload() == made.cause.inbound->payload(), "it is read again");
  state.counters["bytes"] = static_cast<double>(bytes.size());
  state.counters["of_facts"] = static_cast<double>(size_of(facts));
  state.counters["of_frame"] = static_cast<double>(made.cause.inbound->payload().size());
}

void encode_announce_decision(benchmark::State& state) {
  house one(1);
  encode_decision(state, one.live(0, one.announce(0, "intent-1", "src/auth/token.py")));
}

void encode_commit_decision(benchmark::State& state) {
  house one(1);
  one.live(0, one.announce(0, "intent-1", "src/auth/token.py"));
  encode_decision(state, one.live(0, one.commit(0, "op-1", "intent-1", "src/auth/token.py")));
}

/// What a restart does with each decision behind the last image: an announce, a commit and a withdrawal by turns.
void decode_and_absorb(benchmark::State& state) {
  constexpr std::size_t tasks = 64, steps = 3 * tasks;
  house four(4);
  const auto before = store::encode(four.facts().image());
  std::string bytes;
  for (std::size_t i = 0; i < tasks; ++i) {
    const auto intent = fmt::format("intent-{}", i), file = fmt::format("src/file-{}.cpp", i);
    const auto who = i % 4;
    store::append_decision(bytes, four.live(who, four.announce(who, intent, file)));
    store::append_decision(bytes, four.live(who, four.commit(who, fmt::format("op-{}", i), intent, file)));
    store::append_decision(bytes, four.live(who, four.withdraw(who, intent)));
  }
  const auto after = store::encode(four.facts().image());
  for (auto _ : state) {
    session again(std::move(*store::decode_image(before)));
    const auto begin = thread_time();
    for (std::string_view from(bytes); !from.empty();)
      again.absorb(*store::take_decision(from, store::part::facts));
    state.SetIterationTime(static_cast<double>((thread_time() - begin).count()) / 1e9);
    prove(store::encode(again.image()) == after, "the session is the same");
  }
  state.counters["per_decision"] = benchmark::Counter(static_cast<double>(state.iterations() * steps),
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// A thousand live intents, each on a file of its own.
house with_intents() {
  house four(4);
  four.fill(1000);
  return four;
}

/// Two intents and the conflict between them, until there are a thousand.
house with_conflicts() {
  house four(4);
  for (std::size_t i = 0; i < 333; ++i) {
    const auto file = fmt::format("src/room-{}/file-{}.cpp", i % 100, i);
    four.live(0, four.announce(0, fmt::format("first-{}", i), file));
    four.live(1, four.announce(1, fmt::format("second-{}", i), file));
  }
  prove(four.facts().conflicts().size() == 333 && four.facts().intents().size() == 666, "a thousand things live");
  return four;
}

template <house (*Made)()>
void encode_image(benchmark::State& state) {
  const auto busy = Made();
  std::size_t size = 0;
  for (auto _ : state) {
    const auto bytes = store::encode(busy.facts().image());
    size = bytes.size();
    benchmark::DoNotOptimize(bytes.data());
  }
  state.counters["bytes"] = static_cast<double>(size);
}

template <house (*Made)()>
void decode_image(benchmark::State& state) {
  const auto bytes = store::encode(Made().facts().image());
  for (auto _ : state)
    benchmark::DoNotOptimize(store::decode_image(bytes));
  prove(store::encode(*store::decode_image(bytes)) == bytes, "the image is the same");
}

/// Decoded, and made a session of: what loading costs.
template <house (*Made)()>
void load_session(benchmark::State& state) {
  const auto bytes = store::encode(Made().facts().image());
  for (auto _ : state)
    benchmark::DoNotOptimize(session(std::move(*store::decode_image(bytes))));
  prove(store::encode(session(std::move(*store::decode_image(bytes))).image()) == bytes, "the session is the same");
}

BENCHMARK(encode_announce_decision);
BENCHMARK(encode_commit_decision);
BENCHMARK(decode_and_absorb)->UseManualTime();
BENCHMARK(encode_image<with_intents>);
BENCHMARK(decode_image<with_intents>);
BENCHMARK(load_session<with_intents>);
BENCHMARK(encode_image<with_conflicts>);
BENCHMARK(decode_image<with_conflicts>);
BENCHMARK(load_session<with_conflicts>);

} // namespace
} // namespace mpac::bench
