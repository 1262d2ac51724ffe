#include "tests/simulation/ledger.hpp"

#include "protocol/session_image.hpp"
#include "store/encoding.hpp"
#include "tests/simulation/invariants.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mpac::tests {

using namespace mpac::protocol;

void ledger::is_handed_over(const store::parcel& what, violation& amiss) {
  for (const auto& one : what.decisions) {
    if (one->sequence <= handed_over_)
      continue; // it comes again
    if (one->sequence != handed_over_ + 1)
      amiss.report("decision " + std::to_string(one->sequence) + " of " + what.session.str() +
                   " is handed to the store behind " + std::to_string(handed_over_));
    handed_over_ = one->sequence;
    since_.push_back(one);
  }
  if (replica_)
    return;
  if (!what.image)
    return amiss.report("the store is given decisions of " + what.session.str() + ", which it has never heard of");
  session_origin origin;
  origin.id = what.image->id;
  origin.policy = what.image->founding_policy;
  origin.limits = what.image->limits;
  origin.workspace_dir = what.image->workspace_dir;
  origin.created_at = what.image->created_at;
  origin.epoch = what.image->epoch; // it has failed before anything was kept of it, perhaps
  origin.answers_to_any_id = what.image->answers_to_any_id;
  origin.has_own_policy = what.image->has_own_policy;
  replica_ = std::make_unique<session>(std::move(origin));
  shadow_.id = synced_shadow_.id = what.session;
  session probe(replica_->image());
  for (const auto& one : what.decisions)
    probe.absorb(*one);
  if (store::encode(probe.image()) != store::encode(*what.image))
    amiss.report("the first image of " + what.session.str() + " is not what its decisions say");
}

namespace {

void follow(session& facts, session_shadow& shadow, const decision& next) {
  violation seen_before;
  tally counted_before;
  facts.absorb(next);
  shadow.facts = &facts;
  shadow.sequence = next.sequence;
  shadow.lamport = next.lamport_after;
  follow_lifecycles({shadow, next, seen_before, counted_before});
  shadow.facts = nullptr;
}

} // namespace

void ledger::comes_back(const session_id& id, const session* found, violation& amiss) {
  const auto there = found ? found->sequence() : 0;
  if (there < kept_)
    amiss.report("of " + id.str() + " decision " + std::to_string(there) + " is the last that is kept, and " +
                 std::to_string(kept_) + " were promised");
  if (there > handed_over_)
    amiss.report("of " + id.str() + " decision " + std::to_string(there) + " is kept, which was never handed over");
  if (!found) {
    *this = {};
    shadow_.id = id;
    return;
  }
  if (!replica_)
    return amiss.report("a session " + id.str() + " is kept that was never handed over");
  synced_ = std::exchange(begins_anew_, false) ? there : std::min(synced_, there); // a life begins with a sync
  for (; !since_.empty() && since_.front()->sequence <= synced_; since_.pop_front())
    follow(*replica_, synced_shadow_, *since_.front());
  std::erase_if(since_, [&](const auto& one) { return one->sequence > there; });
  shadow_ = synced_shadow_;
  std::optional<session> further; // what is not synced may be taken back once more
  if (!since_.empty())
    further.emplace(replica_->image());
  for (const auto& one : since_)
    follow(*further, shadow_, *one);
  const auto& due = further ? *further : *replica_;
  if (due.sequence() != there)
    amiss.report("of " + id.str() + " decision " + std::to_string(there) + " comes back, and " +
                 std::to_string(due.sequence()) + " was there before");
  else if (store::encode(due.image()) != store::encode(found->image()))
    amiss.report("SPEC 8.1.1.3: session " + id.str() + " comes back with decision " + std::to_string(there) +
                 ", and is not what its decisions say");
  handed_over_ = kept_ = there;
}

} // namespace mpac::tests
