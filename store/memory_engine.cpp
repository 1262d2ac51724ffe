#include "store/memory_engine.hpp"

namespace mpac::store {

base::result<void, fault> memory_engine::append(std::span<const entry> batch) {
  for (const auto& [session, what] : batch) {
    if (!what->cause.inbound && what->notices.empty())
      continue;
    auto& kept = transcripts_[session];
    if (what->cause.inbound)
      note(kept, {what->sequence, true, what->cause.when, what->cause.inbound});
    for (const auto& notice : what->notices)
      if (notice.whose == protocol::voice::coordinator)
        note(kept, {what->sequence, false, what->cause.when, notice.frame});
    protocol::for_each_told(*what, [&](protocol::told_frame told) { note(kept, std::move(told)); });
  }
  return {};
}

base::result<void, fault> memory_engine::park(std::unique_ptr<protocol::session> facts) {
  const auto id = facts->origin().id;
  parked_.insert_or_assign(id, std::move(facts));
  return {};
}

base::result<std::unique_ptr<protocol::session>, fault> memory_engine::fetch(const protocol::session_id& id) {
  auto node = parked_.extract(id);
  return node.empty() ? std::unique_ptr<protocol::session>{} : std::move(node.mapped());
}

const protocol::session* memory_engine::peek(const protocol::session_id& id) const {
  const auto found = parked_.find(id);
  return found == parked_.end() ? nullptr : found->second.get();
}

void memory_engine::read_transcript(const protocol::session_id& id,
                                    const std::function<void(const transcript_line&)>& visit) const {
  if (const auto found = transcripts_.find(id); found != transcripts_.end())
    for (const auto& line : found->second.lines)
      visit(line);
}

std::vector<protocol::session_id> memory_engine::parked(const protocol::session_id& after, std::size_t limit) const {
  std::vector<protocol::session_id> ids;
  for (auto at = parked_.upper_bound(after); at != parked_.end() && ids.size() < limit; ++at)
    ids.push_back(at->first);
  return ids;
}

void memory_engine::read_told(const protocol::session_id& id, protocol::replay_search& to) const {
  const auto found = transcripts_.find(id);
  if (found == transcripts_.end())
    return;
  to.begin_behind(found->second.lost_up_to);
  for (const auto& told : found->second.told)
    to.see(told);
}

void memory_engine::note(transcript& kept, protocol::told_frame told) {
  kept.told_bytes += told.frame->wire().size();
  kept.told.push_back(std::move(told));
  while (kept.told_bytes > memory_transcript_bytes && kept.told.size() > 1) {
    kept.told_bytes -= kept.told.front().frame->wire().size();
    kept.lost_up_to = kept.told.front().lamport;
    kept.told.pop_front();
  }
}

void memory_engine::note(transcript& kept, transcript_line line) {
  kept.bytes += line.frame->wire().size();
  kept.lines.push_back(std::move(line));
  while (kept.bytes > memory_transcript_bytes && kept.lines.size() > 1) {
    kept.bytes -= kept.lines.front().frame->wire().size();
    kept.lines.pop_front();
  }
}

} // namespace mpac::store
