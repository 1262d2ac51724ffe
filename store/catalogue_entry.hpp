// What the store knows of a session without opening it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/policy.hpp"
#include "protocol/session_figures.hpp"
#include "store/fault.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mpac::store {

struct catalogue_entry {
  std::uint64_t life = 0;              ///< of the hub, in which this was written
  bool is_awake = false;               ///< it was in memory then
  base::instant wake_at = base::never; ///< of one that sleeps: when it has something to do
  std::uint32_t retention_days = 0;    ///< lifecycle.audit_retention_days
  std::uint64_t image_sequence = 0;    ///< the last decision that its image holds
  bool keeps_its_audit = false;        ///< what it said stays for its life, and retention_days after it (SPEC 23.1.2)
  protocol::session_figures figures;   ///< as it left memory, or as its last image shows it; without its id
};

[[nodiscard]] std::string encode(const catalogue_entry& entry);
[[nodiscard]] base::result<catalogue_entry, fault> decode_catalogue_entry(const protocol::session_id& id,
                                                                          std::string_view bytes);

/// Whether the profile asks for an audit log that outlives the session (SPEC 23.1.2, O-148).
[[nodiscard]] bool keeps_its_audit(const protocol::session_policy& policy) noexcept;

/// What the image of a session shows for lists.
[[nodiscard]] protocol::session_figures figures_of(const protocol::session_image& image);

} // namespace mpac::store
