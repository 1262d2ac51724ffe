#include "store/disk_engine.hpp"

#include "protocol/decide.hpp"
#include "store/encoding.hpp"
#include "store/keys.hpp"
#include "store/log_record.hpp"

#include <charconv>
#include <exception>
#include <utility>

namespace mpac::store {
namespace {

constexpr std::string_view format_key = "format";
constexpr std::string_view life_key = "life";

/// The number of a paper in `space::about`; 0 where it is not there.
base::result<std::uint64_t, fault> number_at(table& from, std::string_view key) {
  auto text = from.get(space::about, key);
  if (!text)
    return text.error();
  std::uint64_t number = 0;
  if (!*text)
    return number;
  const auto& digits = **text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size())
    return base::fail(fault{"the store's own '" + std::string(key) + "' is no number: '" + digits + "'"});
  return number;
}

fault about(const protocol::session_id& id, const std::string& what) {
  return {"session '" + id.str() + "': " + what};
}

} // namespace

base::result<std::unique_ptr<engine>, fault> disk_engine::open(table_source source, disk_terms terms) {
  std::unique_ptr<disk_engine> opened(new disk_engine(std::move(source), terms));
  if (auto done = opened->table_.open(); !done)
    return done.error();
  if (auto done = opened->begin_life(); !done)
    return done.error();
  return std::unique_ptr<engine>(std::move(opened));
}

base::result<void, fault> disk_engine::begin_life() {
  auto& from = *table_.reading();
  const auto format = number_at(from, format_key);
  if (!format)
    return format.error();
  if (*format > store_format)
    return fault{"the store was written by a newer mpac-cluster: it has format " + std::to_string(*format) +
                 ", and this one knows formats up to " + std::to_string(store_format)};
  const auto life = number_at(from, life_key);
  if (!life)
    return life.error();
  life_ = *life + 1;
  changes papers;
  papers.put(space::about, std::string(format_key), std::to_string(store_format));
  papers.put(space::about, std::string(life_key), std::to_string(life_));
  return table_.write(std::move(papers), when::now);
}

base::result<table*, fault> disk_engine::reading() {
  if (auto* there = table_.reading())
    return there;
  return base::fail(fault{"the store is closed until the disk answers"});
}

base::result<void, fault> disk_engine::ready() {
  if (!table_.is_broken())
    return {};
  if (auto done = table_.mend(); !done)
    return done;
  leaving_.clear();
  return {};
}

// --- keeping ---

base::result<void, fault> disk_engine::append(std::span<const parcel> batch) {
  if (auto done = ready(); !done)
    return done;
  if (!appended_) {
    changes all;
    in_memory after;
    bool begins = false;
    for (const auto& one : batch)
      begins |= add(one, all, after);
    appended_ = std::move(after);
    // Nobody hears of a session, or of an epoch, that could be forgotten: the next would bear the same number.
    if (auto done = table_.write(std::move(all), begins ? when::now : when::as_usual); !done)
      return done;
  }
  for (auto& [id, progress] : *appended_)
    in_memory_.insert_or_assign(id, std::move(progress));
  appended_.reset();
  return {};
}

bool disk_engine::add(const parcel& what, changes& to, in_memory& after) const {
  auto found = after.find(what.session);
  if (found == after.end()) {
    const auto known = in_memory_.find(what.session);
    found = after.emplace(what.session, known == in_memory_.end() ? progress{} : known->second).first;
  }
  auto& now = found->second;
  if (!what.decisions.empty()) {
    auto record = encode_log_record(what, now.lamport);
    now.bytes_since += record.size();
    now.lamport = what.decisions.back()->lamport_after;
    to.put(space::log, log_key(what.session, what.decisions.front()->sequence), std::move(record));
  }
  if (what.image) {
    auto bytes = encode(*what.image);
    now.image_bytes = bytes.size();
    now.bytes_since = 0;
    now.lamport = what.image->lamport;
    now.shown.figures = figures_of(*what.image);
    now.shown.image_sequence = what.image->sequence;
    now.shown.retention_days = what.image->policy->lifecycle.audit_retention_days;
    now.shown.keeps_its_audit = keeps_its_audit(*what.image->policy);
    to.put(space::images, what.session.str(), std::move(bytes));
  }
  const bool begins = !now.is_marked;
  if (what.image || begins) {
    now.is_marked = true;
    now.shown.life = life_;
    now.shown.is_awake = true;
    now.shown.wake_at = base::never;
    to.put(space::catalogue, what.session.str(), encode(now.shown));
  }
  return begins;
}

bool disk_engine::wants_image(const protocol::session_id& id) const {
  const auto found = in_memory_.find(id);
  if (found == in_memory_.end())
    return false;
  const auto& now = found->second;
  return now.bytes_since >= least_bytes_between_images && now.bytes_since / records_per_image >= now.image_bytes;
}

base::result<void, fault> disk_engine::sync() {
  if (auto done = ready(); !done)
    return done;
  return table_.sync();
}

base::duration disk_engine::sync_interval() const noexcept {
  return terms_.sync == sync_mode::interval ? terms_.sync_interval : base::duration::zero();
}

base::result<void, fault> disk_engine::park(std::unique_ptr<protocol::session> facts) {
  if (auto done = ready(); !done)
    return done;
  const auto id = facts->origin().id;
  changes all;
  const auto known = in_memory_.find(id);
  const bool has_changed = known == in_memory_.end() || known->second.bytes_since != 0;
  if (has_changed)
    all.put(space::images, id.str(), encode(facts->image()));
  catalogue_entry entry;
  entry.life = life_;
  entry.image_sequence = has_changed ? facts->sequence() : known->second.shown.image_sequence;
  entry.wake_at = protocol::next_deadline(*facts);
  entry.retention_days = facts->policy().lifecycle.audit_retention_days;
  entry.keeps_its_audit = keeps_its_audit(facts->policy());
  entry.figures = protocol::figures_of(*facts);
  all.put(space::catalogue, id.str(), encode(entry));
  in_memory_.erase(id);
  return table_.write(std::move(all), when::later); // what it has decided is kept: at worst it is loaded as interrupted
}

// --- loading ---

base::result<std::optional<catalogue_entry>, fault> disk_engine::entry_of(const protocol::session_id& id) {
  auto from = reading();
  if (!from)
    return from.error();
  auto bytes = (*from)->get(space::catalogue, id.str());
  if (!bytes)
    return bytes.error();
  std::optional<catalogue_entry> entry;
  if (*bytes && !leaving_.contains(id)) {
    auto decoded = decode_catalogue_entry(id, **bytes);
    if (!decoded)
      return decoded.error();
    entry = std::move(*decoded);
  }
  return entry;
}

base::result<disk_engine::assembled, fault> disk_engine::assemble(const protocol::session_id& id) {
  auto from = reading();
  if (!from)
    return from.error();
  auto bytes = (*from)->get(space::images, id.str());
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return base::fail(about(id, "the catalogue knows it, and there is no image of it"));
  auto image = decode_image(**bytes);
  if (!image)
    return base::fail(about(id, "its image can't be read: " + image.error().what));

  assembled made;
  made.image_bytes = (*bytes)->size();
  std::optional<fault> amiss;
  try {
    made.facts = std::make_unique<protocol::session>(std::move(*image));
    auto done = (*from)->scan(space::log, log_key(id, made.facts->sequence() + 1), log_end(id),
                              [&](std::string_view key, std::string_view record) {
                                made.bytes_since += record.size();
                                auto read = read_log_record(record, part::facts, [&](protocol::decision&& next) {
                                  if (next.sequence != made.facts->sequence() + 1) {
                                    amiss =
                                        about(id, "decision " + std::to_string(made.facts->sequence() + 1) +
                                                      " is missing: " + std::to_string(next.sequence) + " comes next");
                                    return false;
                                  }
                                  made.facts->absorb(next);
                                  return true;
                                });
                                if (!read)
                                  amiss = about(id, "the record of decision " + std::to_string(sequence_of(key)) +
                                                        " can't be read: " + read.error().what);
                                return !amiss;
                              });
    if (!done)
      return done.error();
  } catch (const std::exception& why) { // what is kept was decided by rules; these bytes were not
    amiss = about(id, std::string("what is kept of it contradicts itself: ") + why.what());
  }
  if (amiss)
    return base::fail(*std::move(amiss));
  return made;
}

base::result<stored_session, fault> disk_engine::fetch(const protocol::session_id& id) {
  // What can't be mended now may still be read, as long as nothing is missing there that was kept.
  (void)ready();
  auto entry = entry_of(id);
  if (!entry)
    return entry.error();
  stored_session found;
  if (!*entry)
    return found;
  auto made = assemble(id);
  if (!made)
    return made.error();
  found.facts = std::move(made->facts);
  found.was_interrupted = (*entry)->is_awake || (*entry)->life != life_;
  in_memory_.insert_or_assign(
      id, progress{made->image_bytes, made->bytes_since, found.facts->lamport(), false, std::move(**entry)});
  return found;
}

base::result<std::shared_ptr<const protocol::session>, fault> disk_engine::look_up(const protocol::session_id& id) {
  auto entry = entry_of(id);
  if (!entry)
    return entry.error();
  std::shared_ptr<const protocol::session> found;
  if (!*entry)
    return found;
  auto made = assemble(id);
  if (!made)
    return made.error();
  found = std::move(made->facts);
  return found;
}

base::result<std::vector<protocol::session_figures>, fault> disk_engine::kept(const protocol::session_id& after,
                                                                              std::size_t limit) {
  std::vector<protocol::session_figures> rows;
  auto from = reading();
  if (!from)
    return from.error();
  auto done =
      (*from)->scan(space::catalogue, after.str() + '\0', {}, [&](std::string_view key, std::string_view bytes) {
        if (rows.size() == limit)
          return false;
        // One that can't be read does not hide those behind it: whoever asks for it is told why.
        const protocol::session_id id(key);
        auto entry = decode_catalogue_entry(id, bytes);
        rows.push_back(entry ? std::move(entry->figures) : protocol::session_figures{.session = id});
        return true;
      });
  if (!done)
    return done.error();
  return rows;
}

base::result<std::vector<sleeper>, fault> disk_engine::sleepers() {
  std::vector<sleeper> all;
  auto from = reading();
  if (!from)
    return from.error();
  auto done = (*from)->scan(space::catalogue, {}, {}, [&](std::string_view key, std::string_view bytes) {
    const protocol::session_id id(key);
    const auto entry = decode_catalogue_entry(id, bytes);
    // Of one that can't be read nobody knows: it is waked, and loading it says why not.
    if (!entry || entry->is_awake)
      all.push_back({id, base::instant{}});
    else if (entry->wake_at != base::never)
      all.push_back({id, entry->wake_at});
    return true;
  });
  if (!done)
    return done.error();
  return all;
}

} // namespace mpac::store
