// The people of a session (SPEC 10, 14.1): who they are, whether they are here, and what they may do (SPEC 18.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mpac::protocol {

/// One connection of this process; never reused, never on the wire. 0 = nobody.
using seat_number = std::uint64_t;

/// What is known of one participant. Kept from its first HELLO to the end of the session.
struct participant_record {
  protocol::principal_id principal_id;
  principal_type type = principal_type::agent;
  instance_id instance;
  std::string display_name;
  std::vector<std::string> roles; ///< granted (SPEC 23.1.5)
  std::vector<std::string> capabilities;
  std::string status = "idle"; ///< the last HEARTBEAT's word (SPEC 14.3)
  bool is_available = true;    ///< SPEC 14.7.1
  bool departed = false;       ///< said GOODBYE and has not come back
  seat_number seat = 0;        ///< the connection it listens on; 0 = none
  base::instant joined_at{};
  base::instant last_seen{};
  message_id last_message;   ///< what PARTICIPANT_UNAVAILABLE refers to
  std::uint64_t lamport = 0; ///< highest value of this incarnation (SPEC 12.7 rule 6)
};

/// The decision rights of SPEC 18.2, as the union over granted roles (O-125).
struct rights {
  bool act = false;     ///< announce, propose, commit, claim, escalate: everybody but observers
  bool review = false;  ///< refuse proposals: reviewer, owner, arbiter
  bool resolve = false; ///< resolve conflicts before escalation: owner, arbiter
  bool arbitrate = false;
};
rights rights_of(const std::vector<std::string>& roles);

/// Participants in the order of their first HELLO; found by id in constant time.
class roster {
public:
  [[nodiscard]] const participant_record* find(const principal_id& id) const;
  participant_record* find(const principal_id& id);
  /// Adds or replaces; a returning participant keeps its place.
  participant_record& put(participant_record record);

  [[nodiscard]] auto begin() const { return people_.begin(); }
  [[nodiscard]] auto end() const { return people_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return people_.size(); }
  /// Participants with a connection to hear by.
  [[nodiscard]] std::size_t seated() const noexcept { return seated_; }
  void seat(participant_record& who, seat_number seat);

private:
  std::vector<participant_record> people_;
  std::unordered_map<principal_id, std::size_t> index_;
  std::size_t seated_ = 0;
};

} // namespace mpac::protocol
