#include "store/journal.hpp"

#include <utility>

namespace mpac::store {

void journal::add(std::uint32_t ticket, protocol::session_id session, std::shared_ptr<const protocol::decision> what) {
  tickets_.push_back(ticket);
  batch_.push_back({std::move(session), std::move(what)});
}

base::result<std::vector<journal::receipt>, fault> journal::commit() {
  if (auto done = engine_->append(batch_); !done)
    return done.error();
  // Decisions of one session come in order, so its last entry speaks for all of them.
  std::vector<receipt> receipts;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const kept so_far(batch_[i].what->sequence);
    if (!receipts.empty() && receipts.back().ticket == tickets_[i])
      receipts.back().kept = so_far;
    else
      receipts.push_back({tickets_[i], so_far});
  }
  batch_.clear();
  tickets_.clear();
  return receipts;
}

} // namespace mpac::store
