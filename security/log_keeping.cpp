#include "security/log_keeping.hpp"

#include "security/hash_chain.hpp"

namespace mpac::security {

void chain(protocol::decision& made, const protocol::session& facts, const protocol::frame* as_it_came) {
  const auto before = log_head(facts);
  protocol::chain_step step{before.head, before, {}};
  protocol::for_each_transcript_frame(made, [&](const protocol::frame_ptr& frame, bool came_in) {
    std::optional<log_digest> original;
    if (came_in && as_it_came && as_it_came != frame.get())
      original = step.original = entry_digest(as_it_came->payload());
    step.after = extended(step.after, entry_digest(frame->payload()), original);
  });
  if (step.after.entries != before.entries)
    made.chain = step;
}

protocol::chain_head log_head(const protocol::session& facts) {
  const auto& kept = facts.log_chain();
  return kept.entries != 0 ? kept : chain_head{0, genesis(facts.origin().id.str())};
}

} // namespace mpac::security
