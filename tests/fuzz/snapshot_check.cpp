#include "tests/fuzz/snapshot_check.hpp"

#include "protocol/living.hpp"
#include "protocol/wire/snapshot_decoder.hpp"
#include "protocol/wire/snapshot_encoder.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace protocol;

const char* broken_by_snapshot(std::string_view text) {
  auto read = read_snapshot(text);
  if (!read)
    return read.error().description.find(": ") == std::string::npos ? "a refusal says where what is wrong" : nullptr;
  session facts(std::move(*read));
  base::instant now = facts.origin().created_at;
  const auto keep = [](decision&&) {};
  live(facts, decide_recovered(facts, now), keep);
  const auto first = snapshot_json(facts, now);
  auto again = read_snapshot(first);
  if (!again)
    return "what is written can be read";
  if (snapshot_json(session(std::move(*again)), now) != first)
    return "what is read again is the same";
  constexpr int most_steps = 200;
  for (int step = 0; step < most_steps && next_deadline(facts) != base::never; ++step) {
    now = std::max(now, next_deadline(facts));
    live_through(facts, now, keep);
  }
  return nullptr;
}

} // namespace mpac::tests
