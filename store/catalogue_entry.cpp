#include "store/catalogue_entry.hpp"

#include "protocol/session_image.hpp"
#include "store/byte_reader.hpp"
#include "store/byte_writer.hpp"

#include <algorithm>

namespace mpac::store {
namespace {

std::uint64_t micros(base::instant when) {
  return static_cast<std::uint64_t>(when.time_since_epoch().count());
}

} // namespace

std::string encode(const catalogue_entry& entry) {
  std::string bytes;
  byte_writer to(bytes);
  to.number(entry.life);
  to.number(entry.is_awake ? 1 : 0);
  to.number(micros(entry.wake_at));
  to.number(entry.retention_days);
  to.number(entry.image_sequence);
  to.number(entry.figures.is_closed ? 1 : 0);
  to.number(entry.figures.participants);
  to.number(entry.figures.active_intents);
  to.number(entry.figures.open_conflicts);
  to.number(entry.figures.lamport_clock);
  to.number(entry.keeps_its_audit ? 1 : 0);
  return bytes; // what comes later is appended here: who reads an older entry stops at its end
}

base::result<catalogue_entry, fault> decode_catalogue_entry(const protocol::session_id& id, std::string_view bytes) {
  byte_reader from(bytes);
  std::uint64_t awake = 0, wake_at = 0, days = 0, closed = 0, participants = 0, intents = 0, conflicts = 0, audit = 0;
  catalogue_entry entry;
  const bool is_whole = from.number(entry.life) && from.number(awake) && from.number(wake_at) && from.number(days) &&
                        from.number(entry.image_sequence) && from.number(closed) && from.number(participants) &&
                        from.number(intents) && from.number(conflicts) && from.number(entry.figures.lamport_clock) &&
                        (from.rest().empty() || from.number(audit));
  if (!is_whole || wake_at > micros(base::never))
    return base::fail(fault{"the catalogue's entry of session '" + id.str() +
                            "' can't be read: " + (is_whole ? "it names a moment that never comes" : from.why().what)});
  entry.is_awake = awake != 0;
  entry.wake_at = base::instant{base::duration{static_cast<std::int64_t>(wake_at)}};
  entry.retention_days = static_cast<std::uint32_t>(days);
  entry.keeps_its_audit = audit != 0;
  entry.figures.session = id;
  entry.figures.is_closed = closed != 0;
  entry.figures.participants = participants;
  entry.figures.active_intents = intents;
  entry.figures.open_conflicts = conflicts;
  return entry;
}

bool keeps_its_audit(const protocol::session_policy& policy) noexcept {
  return policy.security_profile != protocol::security_profile::open;
}

protocol::session_figures figures_of(const protocol::session_image& image) {
  const auto present =
      std::count_if(image.people.begin(), image.people.end(), [](const auto& who) { return !who.departed; });
  return {image.id,
          image.ended.has_value(),
          static_cast<std::size_t>(present),
          image.intents.size(),
          image.conflicts.size(),
          image.lamport};
}

} // namespace mpac::store
