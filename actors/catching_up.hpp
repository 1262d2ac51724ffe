// Seats that are being told again what they missed: what is told meanwhile waits behind it (SPEC 12.8).
#pragma once

#include "protocol/roster.hpp"
#include "protocol/wire/frame.hpp"

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::actors {

/// Belongs to one session actor. What waits is bounded by what is told between a question to the journal and its
/// answer; the journal answers as long as it keeps anything, and nothing is told while it does not.
class catching_up {
public:
  /// From now on frames for this seat wait. False when they do already: one question at a time.
  [[nodiscard]] bool begin(protocol::seat_number at) { return behind_.try_emplace(at).second; }

  /// Whether a frame has to wait; then it is taken.
  [[nodiscard]] bool holds(protocol::seat_number at, const protocol::frame_ptr& frame) {
    if (behind_.empty())
      return false;
    const auto found = behind_.find(at);
    if (found == behind_.end())
      return false;
    found->second.push_back(frame);
    return true;
  }

  /// What has waited, nothing perhaps; null for a seat that did not wait, or no longer does.
  [[nodiscard]] std::optional<std::vector<protocol::frame_ptr>> end(protocol::seat_number at) {
    auto found = behind_.extract(at);
    return found ? std::optional(std::move(found.mapped())) : std::nullopt;
  }

private:
  std::unordered_map<protocol::seat_number, std::vector<protocol::frame_ptr>> behind_;
};

} // namespace mpac::actors
