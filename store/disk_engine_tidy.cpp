// What a disk engine drops when its time has come: old records, and whole sessions that are over (SPEC 9.6.3, 9.6.4).
#include "store/disk_engine.hpp"
#include "store/keys.hpp"
#include "store/log_record.hpp"

#include <utility>

namespace mpac::store {
namespace {

/// How many records one call of `tidy` drops one by one at most. A session that goes whole costs the same whatever its
/// length.
constexpr std::size_t records_at_once = 4096;
/// And how many sessions it looks at.
constexpr std::size_t sessions_at_once = 64;

/// When the last thing happened in a session of which anything is left in the log.
base::result<std::optional<base::instant>, fault> last_moment(table& from, const protocol::session_id& id) {
  const auto last = from.last_before(space::log, log_key(id, 0), log_end(id));
  if (!last)
    return last.error();
  std::optional<base::instant> when;
  if (*last) {
    std::string_view bytes = (*last)->second;
    const auto head = take_log_record_head(bytes);
    if (!head)
      return head.error();
    when = head->when;
  }
  return when;
}

/// What was said before may go, as far as an image holds it.
base::instant end_of_retention(const catalogue_entry& of, base::instant now) {
  const bool stays_for_life = of.retention_days == 0 || of.keeps_its_audit;
  return stays_for_life ? base::instant{} : now - std::chrono::days{of.retention_days};
}

/// Drops sessions that lie one behind the other in the catalogue, from the first to the last: there is nothing of
/// anybody else between them. One range for all of them is much cheaper than one for each, for every reader has to look
/// at all ranges that were erased lately.
void drop_whole(const protocol::session_id& first, const protocol::session_id& last, changes& to) {
  for (const auto where : {space::catalogue, space::images}) {
    if (first == last)
      to.erase(where, first.str());
    else
      to.erase_range(where, first.str(), last.str() + '\0');
  }
  to.erase_range(space::log, log_key(first, 0), log_end(last));
}

} // namespace

base::result<bool, fault> disk_engine::is_over(const catalogue_entry& of, base::instant now) {
  const auto& id = of.figures.session;
  if (!of.figures.is_closed || of.is_awake || in_memory_.contains(id))
    return false;
  if (of.retention_days == 0)
    return true;
  const auto last = last_moment(*table_.reading(), id);
  if (!last)
    return last.error();
  return !*last || **last < now - std::chrono::days{of.retention_days};
}

base::result<std::size_t, fault> disk_engine::drop_old_records(const catalogue_entry& of, base::instant now,
                                                               changes& to) {
  const auto& id = of.figures.session;
  const auto oldest = end_of_retention(of, now);
  if (oldest == base::instant{})
    return 0;
  std::size_t dropped = 0;
  std::string end;
  std::optional<fault> amiss;
  auto done = table_.reading()->scan(
      space::log, log_key(id, 0), log_end(id), [&](std::string_view key, std::string_view bytes) {
        const auto head = take_log_record_head(bytes);
        if (!head)
          amiss = head.error();
        end = key;
        // What the image does not hold yet is needed to load the session.
        if (amiss || head->when >= oldest || head->last > of.image_sequence || dropped == records_at_once)
          return false;
        ++dropped;
        end.push_back('\0');
        return true;
      });
  if (!done)
    return done.error();
  if (amiss)
    return base::fail(*std::move(amiss));
  if (dropped != 0)
    to.erase_range(space::log, log_key(id, 0), end);
  return dropped;
}

base::result<bool, fault> disk_engine::tidy(base::instant now) {
  if (auto done = ready(); !done)
    return done.error();
  changes all;
  runs over;
  const auto looked = look_through(now, all, over);
  for (const auto& [first, last] : over)
    drop_whole(first, last, all);
  // Found out or not, what may go by now goes: as one batch, with whatever is synced next. Nobody waits for it, and who
  // begins a session of the same name is behind it in the log.
  if (!all.empty())
    if (auto done = table_.write(std::move(all), when::later); !done)
      return done.error();
  leaving_.clear();
  return looked;
}

base::result<bool, fault> disk_engine::look_through(base::instant now, changes& all, runs& over) {
  auto next = kept(tidied_, sessions_at_once);
  if (!next)
    return next.error();
  bool goes_on = false; // the one before is over, too
  for (const auto& figures : *next) {
    // One that can't be read does not keep those behind it.
    const auto before = std::exchange(tidied_, figures.session);
    auto entry = entry_of(figures.session);
    if (!entry)
      return entry.error();
    if (!*entry)
      continue;
    const auto goes = is_over(**entry, now);
    if (!goes)
      return goes.error();
    if (*goes) {
      if (!std::exchange(goes_on, true))
        over.emplace_back(figures.session, figures.session);
      over.back().second = figures.session;
      leaving_.insert(figures.session);
      continue;
    }
    goes_on = false;
    auto dropped = drop_old_records(**entry, now, all);
    if (!dropped)
      return dropped.error();
    if (*dropped == records_at_once) {
      tidied_ = before; // the same session once more
      return true;
    }
  }
  if (next->size() == sessions_at_once)
    return true;
  tidied_ = {};
  return false;
}

} // namespace mpac::store
