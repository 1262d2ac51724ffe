// Opening a letter: text to envelope (SPEC 11, 13.1).
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"

#include <fmt/format.h>

namespace mpac::bench {
namespace {

using namespace protocol;

void decode(benchmark::State& state, const frame_ptr& frame, const envelope& wanted) {
  decoder reader;
  prove(std::get<envelope>(*reader.decode(frame, strictness::lenient)) == wanted, "the letter is read as it was meant");
  for (auto _ : state)
    benchmark::DoNotOptimize(reader.decode(frame, strictness::lenient));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame->payload().size()));
}

void decode_intent_announce(benchmark::State& state) {
  constexpr std::size_t usual_size = 500;
  const auto write = [](const std::string& objective) {
    house one(1);
    return one.letter(0, "INTENT_ANNOUNCE",
                      fmt::format(R"({{"intent_id":"intent-1","objective":"{}","scope":{{"kind":"file_set",)"
                                  R"("resources":["src/auth/token.py","src/auth/session.py"]}}}})",
                                  objective));
  };
  const std::string objective(usual_size - write("")->payload().size(), 'o');
  const auto frame = write(objective);
  prove(frame->payload().size() == usual_size, "the announce has 500 bytes");
  auto wanted = house(0).open(frame);
  wanted.body = intent_announce{};
  auto& said = std::get<intent_announce>(wanted.body);
  said.intent_id = intent_id("intent-1");
  said.objective = objective;
  said.scope = file_set({"src/auth/token.py", "src/auth/session.py"});
  decode(state, frame, wanted);
}

void decode_op_commit(benchmark::State& state) {
  house one(1);
  const auto frame = one.commit(0, "op-1", "intent-1", "src/auth/token.py");
  auto wanted = one.open(frame);
  wanted.body = op_commit{};
  auto& said = std::get<op_commit>(wanted.body);
  said.op_id = op_id("op-1");
  said.intent_id = intent_id("intent-1");
  said.target = "src/auth/token.py";
  said.op_kind = "replace";
  said.state_ref_before = said.state_ref_after = "sha256:0001";
  decode(state, frame, wanted);
}

BENCHMARK(decode_intent_announce);
BENCHMARK(decode_op_commit);

} // namespace
} // namespace mpac::bench
