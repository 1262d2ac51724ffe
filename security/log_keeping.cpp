#include "security/log_keeping.hpp"

#include "security/hash_chain.hpp"

namespace mpac::security {

void chain(protocol::decision& made, const protocol::session& facts) {
  const auto before = log_head(facts);
  protocol::chain_step step{before.head, before};
  protocol::for_each_transcript_frame(made, [&](const protocol::frame_ptr& frame, bool) {
    step.after = extended(step.after, entry_digest(frame->payload()));
  });
  if (step.after.entries != before.entries)
    made.chain = step;
}

protocol::chain_head log_head(const protocol::session& facts) {
  const auto& kept = facts.log_chain();
  return kept.entries != 0 ? kept : chain_head{0, genesis(facts.origin().id.str())};
}

} // namespace mpac::security
