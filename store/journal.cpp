#include "store/journal.hpp"

#include <algorithm>
#include <utility>

namespace mpac::store {

void journal::add(std::uint32_t ticket, parcel what) {
  gathering_.decisions += what.decisions.size();
  gathering_.tickets.push_back(ticket);
  gathering_.parcels.push_back(std::move(what));
}

bool journal::holds(const protocol::session_id& id) const {
  const auto is_of_it = [&](const parcel& one) { return one.session == id; };
  return std::any_of(gathering_.parcels.begin(), gathering_.parcels.end(), is_of_it) ||
         std::any_of(failed_.parcels.begin(), failed_.parcels.end(), is_of_it);
}

base::result<std::vector<journal::receipt>, fault> journal::commit() {
  std::vector<receipt> receipts;
  if (!failed_.parcels.empty())
    if (auto done = commit(failed_, receipts); !done)
      return done.error();
  if (!gathering_.parcels.empty())
    if (auto done = commit(gathering_, receipts); !done) {
      failed_ = std::exchange(gathering_, {});
      if (receipts.empty())
        return done.error();
    }
  return receipts;
}

base::result<void, fault> journal::commit(batch& one, std::vector<receipt>& receipts) {
  if (auto done = engine_->append(one.parcels); !done)
    return done.error();
  for (std::size_t i = 0; i < one.parcels.size(); ++i) {
    const auto& what = one.parcels[i];
    const auto up_to = what.decisions.empty() ? what.image->sequence : what.decisions.back()->sequence;
    receipts.push_back({one.tickets[i], kept(up_to, engine_->wants_image(what.session))});
  }
  one.parcels.clear();
  one.tickets.clear();
  one.decisions = 0;
  return {};
}

} // namespace mpac::store
