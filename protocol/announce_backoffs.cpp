#include "protocol/announce_backoffs.hpp"

#include <algorithm>
#include <utility>

namespace mpac::protocol {
namespace {

bool is_same(const scope& a, const scope& b) {
  return overlap(a, b).certainty == overlap_certainty::certain || same_scope(a, b);
}

bool is_settled_by(const announce_backoff& refused, const scope& ended, base::instant began) {
  return began >= refused.until && is_same(refused.scope, ended);
}

} // namespace

const announce_backoff* announce_backoffs::against(const principal_id& who, const scope& wanted,
                                                   base::instant now) const {
  const announce_backoff* longest = nullptr;
  if (const auto theirs = refused_.find(who); theirs != refused_.end())
    for (const auto& each : theirs->second)
      if (each.until > now && (!longest || each.until > longest->until) && is_same(each.scope, wanted))
        longest = &each;
  return longest;
}

std::uint32_t announce_backoffs::refusals(const principal_id& who, const scope& wanted, base::instant now) const {
  std::uint32_t most = 0;
  if (const auto theirs = refused_.find(who); theirs != refused_.end())
    for (const auto& each : theirs->second)
      if (each.forget_at > now && each.refusals > most && is_same(each.scope, wanted))
        most = each.refusals;
  return most;
}

bool announce_backoffs::knows(const principal_id& who, const scope& ended, base::instant began) const {
  const auto theirs = refused_.find(who);
  return theirs != refused_.end() && std::any_of(theirs->second.begin(), theirs->second.end(),
                                                 [&](const auto& each) { return is_settled_by(each, ended, began); });
}

void announce_backoffs::start(const principal_id& who, announce_backoff refused) {
  auto& theirs = refused_[who];
  std::erase_if(theirs, [&](const announce_backoff& each) {
    return each.forget_at <= refused.refused_at || same_scope(each.scope, refused.scope);
  });
  if (theirs.size() == backoffs_per_principal)
    theirs.erase(theirs.begin());
  theirs.push_back(std::move(refused));
}

void announce_backoffs::forget(const principal_id& who, const scope& ended, base::instant began) {
  const auto theirs = refused_.find(who);
  if (theirs == refused_.end())
    return;
  std::erase_if(theirs->second, [&](const announce_backoff& each) { return is_settled_by(each, ended, began); });
  if (theirs->second.empty())
    refused_.erase(theirs);
}

} // namespace mpac::protocol
