#include "store/memory_engine.hpp"

#include "store/transcript_lines.hpp"

#include <algorithm>
#include <utility>

namespace mpac::store {

base::result<void, fault> memory_engine::append(std::span<const parcel> batch) {
  for (const auto& [session, decisions, image] : batch)
    for (const auto& what : decisions)
      if (what->cause.inbound || !what->notices.empty())
        note(transcripts_[session], *what);
  return {};
}

base::result<void, fault> memory_engine::park(std::unique_ptr<protocol::session> facts) {
  const auto id = facts->origin().id;
  if (facts->ended())
    closed_.insert(id);
  parked_.insert_or_assign(id, std::move(facts));
  return {};
}

base::result<stored_session, fault> memory_engine::fetch(const protocol::session_id& id) {
  stored_session found;
  closed_.erase(id);
  if (auto node = parked_.extract(id))
    found.facts = std::move(node.mapped());
  return found;
}

base::result<std::shared_ptr<const protocol::session>, fault> memory_engine::look_up(const protocol::session_id& id) {
  std::shared_ptr<const protocol::session> copy;
  if (const auto found = parked_.find(id); found != parked_.end())
    copy = std::make_shared<const protocol::session>(found->second->image());
  return copy;
}

base::result<std::vector<protocol::session_figures>, fault> memory_engine::kept(const protocol::session_id& after,
                                                                                std::size_t limit) {
  std::vector<protocol::session_figures> rows;
  for (auto at = parked_.upper_bound(after); at != parked_.end() && rows.size() < limit; ++at)
    rows.push_back(figures_of(*at->second));
  return rows;
}

base::result<std::uint64_t, fault>
memory_engine::read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                               const std::function<void(const transcript_line&)>& visit) {
  const auto found = transcripts_.find(id);
  if (found == transcripts_.end())
    return 0;
  const auto& lines = found->second.lines;
  auto at = std::partition_point(lines.begin(), lines.end(), [&](const auto& line) { return line.sequence < from; });
  std::size_t shown = 0;
  for (; at != lines.end(); ++at) {
    if (shown > budget && at->sequence != std::prev(at)->sequence)
      return at->sequence;
    shown += at->frame->payload().size();
    visit(*at);
  }
  return 0;
}

base::result<void, fault> memory_engine::read_told(const protocol::session_id& id, protocol::replay_search& to) {
  const auto found = transcripts_.find(id);
  if (found == transcripts_.end())
    return {};
  to.begin_behind(found->second.lost_up_to);
  for (const auto& told : found->second.told)
    to.see(told);
  return {};
}

base::result<bool, fault> memory_engine::tidy(base::instant now) {
  constexpr std::size_t sessions_at_once = 256;
  auto at = closed_.upper_bound(tidied_);
  for (std::size_t seen = 0; seen < sessions_at_once; ++seen) {
    if (at == closed_.end()) {
      tidied_ = {};
      return false;
    }
    tidied_ = *at;
    if (!is_over(*parked_.at(*at), now)) {
      ++at;
      continue;
    }
    transcripts_.erase(*at);
    parked_.erase(*at);
    at = closed_.erase(at);
  }
  return true;
}

bool memory_engine::is_over(const protocol::session& facts, base::instant now) const {
  const auto days = facts.policy().lifecycle.audit_retention_days;
  const auto said = transcripts_.find(facts.origin().id);
  return days == 0 || said == transcripts_.end() || said->second.lines.empty() ||
         said->second.lines.back().when < now - std::chrono::days{days};
}

base::result<std::uint64_t, fault> memory_engine::back_up(const std::filesystem::path&) {
  return base::fail(fault{"store.engine is \"memory\": there is nothing on disk to copy"});
}

void memory_engine::note(transcript& kept, const protocol::decision& what) {
  for_each_line(what, [&](transcript_line line) { note(kept, std::move(line)); });
  protocol::for_each_told(what, [&](protocol::told_frame told) { note(kept, std::move(told)); });
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
  // Of a log that is chained, what a decision has added goes as a whole: its first line says what it follows.
  const auto is_cut = [&] { return kept.lines.front().index != 0 && !kept.lines.front().before; };
  while (kept.lines.size() > 1 && (kept.bytes > memory_transcript_bytes || is_cut())) {
    kept.bytes -= kept.lines.front().frame->wire().size();
    kept.lines.pop_front();
  }
}

} // namespace mpac::store
