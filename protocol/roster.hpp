// The people of a session (SPEC 10, 14.1): who they are, whether they are here, and what they may do (SPEC 18.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/backend_record.hpp"
#include "protocol/envelope.hpp"
#include "protocol/identity.hpp"
#include "protocol/ids.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// One connection of this process; never reused, never on the wire. 0 = nobody.
using seat_number = std::uint64_t;

/// What is known of one participant, from its first HELLO on; see `roster::forget_beyond`. Kept by place: members are
/// only ever appended (store/encoding.hpp).
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
  message_id last_message;                       ///< what PARTICIPANT_UNAVAILABLE refers to
  std::uint64_t lamport = 0;                     ///< highest value of this incarnation (SPEC 12.7 rule 6)
  std::uint64_t away_since = 0;                  ///< the decision with which it lost its connection; 0 = it hears all
  std::shared_ptr<const backend_record> backend; ///< SPEC 14.3.1; null while nothing is known of it
  std::uint64_t epoch = 0; ///< the coordinator's when it last said HELLO: a later one is news to it (SPEC 8.1.1.3)
  std::shared_ptr<const verified_identity> identity; ///< whom its credential proved it to be; null in the open profile
};

/// The decision rights of SPEC 18.2, as the union over granted roles (O-125).
struct rights {
  bool act = false;     ///< announce, propose, commit, claim, escalate: everybody but observers
  bool review = false;  ///< refuse proposals: reviewer, owner, arbiter
  bool resolve = false; ///< resolve conflicts before escalation: owner, arbiter
  bool arbitrate = false;
};
rights rights_of(const std::vector<std::string>& roles);

/// Participants in the order of their first HELLO; found by id, and counted, in constant time.
class roster {
  using records = std::list<participant_record>;

public:
  [[nodiscard]] const participant_record* find(const principal_id& id) const;
  /// Adds or replaces; a returning participant keeps its place.
  void put(participant_record record);
  /// Changes one who is there; `how` gets the record by reference and must not change its id. No counter looks at
  /// last_seen, last_message, lamport and backend, which may be changed through `plain`.
  template <class How>
  void change(const principal_id& id, How&& how) {
    const auto found = index_.find(id);
    if (found == index_.end())
      return;
    count(*found->second, -1);
    std::forward<How>(how)(*found->second);
    count(*found->second, 1);
  }
  participant_record* plain(const principal_id& id) {
    return const_cast<participant_record*>(std::as_const(*this).find(id));
  }

  /// Forgets those who left, or were lost with their connection, longest ago until `limit` of them remain. Those
  /// `is_needed` says so of stay, and are looked at again later.
  void forget_beyond(std::size_t limit, const std::function<bool(const principal_id&)>& is_needed);

  /// Who is gone, in the order in which they left: the order in which they are forgotten.
  [[nodiscard]] std::vector<principal_id> gone() const;
  /// Makes that order; `ids` are those who are gone, each once.
  void order_gone(const std::vector<principal_id>& ids);

  [[nodiscard]] auto begin() const { return people_.begin(); }
  [[nodiscard]] auto end() const { return people_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return people_.size(); }
  /// Participants with a connection to hear by.
  [[nodiscard]] std::size_t seated() const noexcept { return seated_; }
  /// Those who have not said GOODBYE.
  [[nodiscard]] std::size_t present() const noexcept { return present_; }
  /// Those of them who are available (SPEC 14.7.1).
  [[nodiscard]] std::size_t available() const noexcept { return available_; }
  /// Those of these whose status is `working` or `blocked` (SPEC 9.6.1).
  [[nodiscard]] std::size_t busy() const noexcept { return busy_; }
  /// Those who have a role and have not said GOODBYE (SPEC 23.1.5).
  [[nodiscard]] std::size_t holders(const std::string& role) const;

private:
  void count(const participant_record& who, int sign);

  records people_;
  std::unordered_map<principal_id, records::iterator> index_;
  std::size_t seated_ = 0, present_ = 0, available_ = 0, busy_ = 0;
  std::map<std::string, std::size_t> holders_;
  std::uint64_t leavings_ = 0;
  std::map<std::uint64_t, principal_id> gone_; // by when they left
  std::unordered_map<principal_id, std::uint64_t> gone_as_;
};

} // namespace mpac::protocol
