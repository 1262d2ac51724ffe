// Writing what the hub says itself: envelope to frame (SPEC 11).
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"
#include "protocol/wire/encoder.hpp"

namespace mpac::bench {
namespace {

using namespace protocol;

// Times the writing of what a session really said.
template <class Kind>
void encode_again(benchmark::State& state, const frame_ptr& said) {
  const auto message = house(0).open(said);
  prove(std::holds_alternative<Kind>(message.body), "the session said what was expected");
  prove(encode(message)->wire() == said->wire(), "written again it is the same, byte for byte");
  for (auto _ : state)
    benchmark::DoNotOptimize(encode(message));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(said->payload().size()));
}

void encode_session_info(benchmark::State& state) {
  encode_again<session_info>(state, house(1).welcome());
}

void encode_conflict_report(benchmark::State& state) {
  house two(2);
  two.live(0, two.announce(0, "intent-1", "src/auth/token.py"));
  const auto overlapping = two.live(1, two.announce(1, "intent-2", "src/auth/token.py"));
  prove(overlapping.notices.size() == 2, "an overlap is relayed and reported");
  encode_again<conflict_report>(state, overlapping.notices[1].frame);
}

BENCHMARK(encode_session_info);
BENCHMARK(encode_conflict_report);

} // namespace
} // namespace mpac::bench
