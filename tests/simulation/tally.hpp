// What has happened in simulations, and how often: what a population never brings about, no invariant looks at.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/error_code.hpp"
#include "protocol/message_kind.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace mpac::tests {

/// What no table knows of, and yet ought to happen.
enum class occasion : std::uint8_t {
  claim_approved,
  claim_rejected,
  claim_withdrawn,
  leaves_withdrawing,
  leaves_to_transfer,
  leaves_to_expire,
  backend_suspends,
  one_may_pass,
  commit_passes,
  uncoordinated_commit,
  batch_loses_entry,
  frame_told_again,
  replay_over,
  // hubs that end, and a store that fails
  power_lost,
  hub_killed,
  hub_restarted,
  session_fails,
  session_recovered,
  session_reloaded,
  decisions_forgotten,
  store_fails,
  store_is_back,
  store_unreadable,
  turned_away_unkept,
  answered_from_kept
};
inline constexpr std::size_t occasions = static_cast<std::size_t>(occasion::answered_from_kept) + 1;

/// Counts. A plain value; adds up over seeds.
class tally {
public:
  /// A row of one of the tables was taken (SPEC 15.6.1, 16.6.1, 17.8.1).
  void took(protocol::intent_state from, protocol::intent_event by);
  void took(protocol::operation_state from, protocol::operation_event by);
  void took(protocol::conflict_state from, protocol::conflict_event by);
  /// A decision was made: what it judged, what happened, and what was refused with which code.
  void decided(const protocol::decision& made);
  void happened(occasion what) noexcept { ++occasions_[static_cast<std::size_t>(what)]; }

  tally& operator+=(const tally& other);

  /// As a table, for people.
  void print(std::ostream& to) const;
  /// What ought to happen and never did.
  [[nodiscard]] std::vector<std::string> missing() const;

private:
  struct judged {
    std::uint64_t accepted = 0, refused = 0;
  };
  std::array<std::uint64_t, protocol::intent_transitions.size()> intents_{};
  std::array<std::uint64_t, protocol::operation_transitions.size()> operations_{};
  std::array<std::uint64_t, protocol::conflict_transitions.size()> conflicts_{};
  std::array<judged, protocol::words_of<protocol::message_kind>.size()> messages_{};
  std::array<std::uint64_t, protocol::words_of<protocol::error_code>.size()> refusals_{};
  std::array<std::uint64_t, std::variant_size_v<protocol::event>> events_{};
  std::array<std::uint64_t, occasions> occasions_{};
};

} // namespace mpac::tests
