// The verified profile's cost of a message (SPEC 23.1.3): signing and checking envelopes, held against the bare
// signature operation of the same key by turns, and what canonical JSON and a link of the chain take.
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"
#include "security/canonical_json.hpp"
#include "security/envelope_signature.hpp"
#include "security/hash_chain.hpp"
#include "security/key_generation.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mpac::bench {
namespace {

using namespace security;

constexpr std::size_t usual_size = 500;
constexpr std::size_t steps = 20;

std::string usual_frame() {
  const auto write = [](const std::string& objective) {
    house one(1);
    const auto frame =
        one.letter(0, "INTENT_ANNOUNCE",
                   fmt::format(R"({{"intent_id":"intent-1","objective":"{}","scope":{{"kind":"file_set",)"
                               R"("resources":["src/auth/token.py","src/auth/session.py"]}}}})",
                               objective));
    return std::string(frame->payload());
  };
  return write(std::string(usual_size - write("").size(), 'o'));
}

signing_key key_of(key_type type) {
  const auto pair = generate_key({type, "bench", base::instant{std::chrono::hours{24 * 20000}}});
  return *signing_key::of(pair->private_key_pem, pair->certificate_pem);
}

auto run(auto once) {
  return [once] {
    for (std::size_t i = 0; i < steps; ++i)
      once();
  };
}

void sign(benchmark::State& state, key_type type) {
  const auto key = key_of(type);
  const auto frame = usual_frame();
  const auto bytes = *canonical_json(frame);
  std::string signature, made;
  by_turns(state,
           {[] {}, run([&] { signature = key.sign(bytes); }),
            [&] { prove(key.verifying().verifies(bytes, signature), "the bare signature is good"); }},
           {[] {}, run([&] { made = *sign_envelope(frame, key); }),
            [&] { prove(check_signature(made, std::array{key.verifying()}).has_value(), "the frame is well signed"); }},
           steps);
}

void check(benchmark::State& state, key_type type) {
  const auto key = key_of(type);
  const auto frame = usual_frame();
  const auto bytes = *canonical_json(frame);
  const auto signature = key.sign(bytes);
  const auto made = *sign_envelope(frame, key);
  const std::array keys{key_of(type).verifying(), key.verifying()};
  std::size_t good = 0;
  const auto all_good = [&] { prove(std::exchange(good, 0) == steps, "all signatures are good"); };
  by_turns(state, {[] {}, run([&] { good += key.verifying().verifies(bytes, signature); }), all_good},
           {[] {}, run([&] { good += check_signature(made, keys).has_value(); }), all_good}, steps);
}

void sign_ed25519(benchmark::State& state) {
  sign(state, key_type::ed25519);
}
void sign_p256(benchmark::State& state) {
  sign(state, key_type::p256);
}
void check_ed25519(benchmark::State& state) {
  check(state, key_type::ed25519);
}
void check_p256(benchmark::State& state) {
  check(state, key_type::p256);
}

void canonical_frame(benchmark::State& state) {
  const auto frame = usual_frame();
  for (auto _ : state)
    benchmark::DoNotOptimize(canonical_json(frame));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}

void chain_entry(benchmark::State& state) {
  const auto frame = usual_frame();
  chain_head head{0, genesis("bench")};
  for (auto _ : state)
    head = extended(head, entry_digest(frame));
  benchmark::DoNotOptimize(head);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}

BENCHMARK(sign_ed25519)->UseManualTime();
BENCHMARK(sign_p256)->UseManualTime();
BENCHMARK(check_ed25519)->UseManualTime();
BENCHMARK(check_p256)->UseManualTime();
BENCHMARK(canonical_frame);
BENCHMARK(chain_entry);

} // namespace
} // namespace mpac::bench
