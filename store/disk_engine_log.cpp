// What a disk engine does with the log of a session beside loading it: transcripts, and what was missed.
#include "store/disk_engine.hpp"
#include "store/keys.hpp"
#include "store/log_record.hpp"
#include "store/transcript_lines.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace mpac::store {
namespace {

/// How much of a log is searched, at most, for what somebody missed who can't say since when: from its end backwards.
constexpr std::uint64_t decisions_looked_back = 4096;

/// Where the record begins that holds a decision, or the first behind it.
base::result<std::uint64_t, fault> record_of(table& from, const protocol::session_id& id, std::uint64_t sequence) {
  auto found = from.last_before(space::log, log_key(id, 0), log_key(id, sequence + 1));
  if (!found)
    return found.error();
  return *found ? sequence_of((*found)->first) : sequence;
}

/// The coordinator's clock before the record that holds a decision, or ends before it; nothing if there is none.
base::result<std::optional<std::uint64_t>, fault> clock_before(table& from, const protocol::session_id& id,
                                                               std::uint64_t sequence) {
  auto found = from.last_before(space::log, log_key(id, 0), log_key(id, sequence + 1));
  if (!found)
    return found.error();
  std::optional<std::uint64_t> clock;
  if (*found) {
    std::string_view bytes = (*found)->second;
    const auto head = take_log_record_head(bytes);
    if (!head)
      return head.error();
    clock = head->lamport_before;
  }
  return clock;
}

base::result<std::uint64_t, fault> first_looking_back(table& from, const protocol::session_id& id,
                                                      const protocol::replay_request& asked) {
  return record_of(from, id, asked.before_sequence - std::min(asked.before_sequence, decisions_looked_back));
}

/// The record from which on a search finds all that the asker has not heard. Sequence and clock rise together.
base::result<std::uint64_t, fault> first_to_search(table& from, const protocol::session_id& id,
                                                   const protocol::replay_request& asked) {
  if (asked.after_lamport == 0)
    return first_looking_back(from, id, asked);
  std::uint64_t heard = 0,
                unheard = asked.before_sequence; // decisions before `heard` began when the asker had heard all
  while (heard < unheard) {
    const auto middle = heard + (unheard - heard) / 2;
    const auto clock = clock_before(from, id, middle);
    if (!clock)
      return clock.error();
    if (*clock && **clock > asked.after_lamport)
      unheard = middle;
    else
      heard = middle + 1;
  }
  return record_of(from, id, heard - std::min<std::uint64_t>(heard, 1));
}

/// Shows a search the records from `first` on.
base::result<void, fault> search(table& from, const protocol::session_id& id, std::uint64_t first,
                                 protocol::replay_search& to) {
  const auto& asked = to.request();
  bool has_begun = false;
  std::optional<fault> amiss;
  auto done = from.scan(space::log, log_key(id, first), log_end(id), [&](std::string_view, std::string_view record) {
    auto bytes = record;
    const auto head = take_log_record_head(bytes);
    if (!head) {
      amiss = head.error();
      return false;
    }
    if (!std::exchange(has_begun, true))
      to.begin_behind(head->lamport_before);
    bool goes_on = true;
    auto read = read_log_record(record, part::everything, [&](protocol::decision&& what) {
      goes_on = what.sequence < asked.before_sequence;
      if (goes_on)
        protocol::for_each_told(what, [&](const protocol::told_frame& told) { to.see(told); });
      return goes_on;
    });
    if (!read)
      amiss = read.error();
    return goes_on && !amiss;
  });
  if (!done)
    return done.error();
  if (amiss)
    return base::fail(*std::move(amiss));
  return {};
}

} // namespace

base::result<std::uint64_t, fault>
disk_engine::read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                             const std::function<void(const transcript_line&)>& visit) {
  auto where = reading();
  if (!where)
    return where.error();
  const auto first = record_of(**where, id, from);
  if (!first)
    return first.error();
  std::size_t shown = 0;
  std::uint64_t next = 0;
  std::optional<fault> amiss;
  auto done =
      (*where)->scan(space::log, log_key(id, *first), log_end(id), [&](std::string_view key, std::string_view record) {
        if (shown >= budget) {
          next = sequence_of(key);
          return false;
        }
        shown += record.size();
        auto read = read_log_record(record, part::everything, [&](protocol::decision&& what) {
          if (what.sequence >= from)
            for_each_line(what, visit);
          return true;
        });
        if (!read)
          amiss = read.error();
        return !amiss;
      });
  if (!done)
    return done.error();
  if (amiss)
    return base::fail(*std::move(amiss));
  return next;
}

base::result<void, fault> disk_engine::read_told(const protocol::session_id& id, protocol::replay_search& to) {
  auto where = reading();
  if (!where)
    return where.error();
  const auto first = first_to_search(**where, id, to.request());
  if (!first)
    return first.error();
  if (auto done = search(**where, id, *first, to); !done || to.request().after_message.empty() || to.has_found_last())
    return done;
  // Whoever has heard the coordinator since the frame that it names asks by that frame all the same.
  const auto earlier = first_looking_back(**where, id, to.request());
  if (!earlier)
    return earlier.error();
  if (*earlier >= *first)
    return {};
  to = protocol::replay_search(to.request());
  return search(**where, id, *earlier, to);
}

base::result<std::uint64_t, fault> disk_engine::back_up(const std::filesystem::path& to) {
  if (auto done = ready(); !done)
    return done.error();
  std::error_code failed;
  std::filesystem::create_directories(to.parent_path(), failed);
  if (failed)
    return base::fail(fault{"cannot make " + to.parent_path().string() + ": " + failed.message()});
  return table_.reading()->back_up(to);
}

} // namespace mpac::store
