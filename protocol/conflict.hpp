// One dispute and who may settle it (SPEC 17.8.1, 18.4): the pure part of a conflict actor.
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/lifecycle/conflict_lifecycle.hpp"
#include "protocol/records.hpp"
#include "protocol/refusal.hpp"
#include "protocol/roster.hpp"
#include "protocol/wire/frame.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace mpac::protocol {

/// A message about one dispute, with what the session knows of its sender and of those it names.
struct deliberation {
  protocol::conflict_id conflict_id;
  std::variant<conflict_ack, conflict_escalate, resolution> request;
  // Who asks.
  principal_id who;
  seat_number seat = 0;
  rights authority;
  message_id message;
  frame_ptr frame; ///< as it came
  // Facts only the session has.
  bool is_related = false;           ///< of CONFLICT_ACK: owns an intent or operation of the conflict
  bool target_exists = false;        ///< of CONFLICT_ESCALATE
  bool target_has_authority = false; ///< of CONFLICT_ESCALATE: owner or arbiter (SPEC 17.4)
  bool rejects_committed = false;    ///< of RESOLUTION: `outcome.rejected` names a committed operation (SPEC 18.4)
};

/// What a conflict says to a deliberation. Made by `dispute` alone.
class ruling {
public:
  /// Accepted: the state afterwards, which is the old one for what is only recorded.
  struct granted {
    conflict_state to = conflict_state::open;
    std::optional<principal_id> escalated_to;
  };
  [[nodiscard]] const deliberation& on() const noexcept { return *on_; }
  [[nodiscard]] const granted* accepted() const noexcept { return std::get_if<granted>(&answer_); }
  [[nodiscard]] const refusal* refused() const noexcept { return std::get_if<refusal>(&answer_); }

private:
  friend class dispute;
  ruling(std::shared_ptr<const deliberation> on, std::variant<granted, refusal> answer)
      : on_(std::move(on)), answer_(std::move(answer)) {}
  std::shared_ptr<const deliberation> on_;
  std::variant<granted, refusal> answer_;
};

/// SPEC 18.4: before escalation owners and arbiters, after it the target and arbiters. Who was asked and has given up
/// the role that allowed it decides no more (SPEC 18.2).
bool may_resolve(const rights& authority, const principal_id& who, const std::optional<principal_id>& escalated_to);

/// The state of one dispute. Not thread-safe: lives in its conflict actor, or in a test.
class dispute {
public:
  explicit dispute(const conflict_record& record)
      : id_(record.conflict_id), state_(record.state), escalated_to_(record.escalated_to) {}

  /// Judges one message; changes nothing.
  [[nodiscard]] ruling consider(std::shared_ptr<const deliberation> what) const;
  /// Takes over what was ruled.
  void absorb(const ruling& what);

  [[nodiscard]] const conflict_id& id() const noexcept { return id_; }
  [[nodiscard]] conflict_state state() const noexcept { return state_; }

private:
  using answer = std::variant<ruling::granted, refusal>;
  [[nodiscard]] answer answer_to(const conflict_ack& request, const deliberation& what) const;
  [[nodiscard]] answer answer_to(const conflict_escalate& request, const deliberation& what) const;
  [[nodiscard]] answer answer_to(const resolution& request, const deliberation& what) const;
  [[nodiscard]] refusal refuse(error_code code, std::string why, const deliberation& what) const;

  conflict_id id_;
  conflict_state state_;
  std::optional<principal_id> escalated_to_;
};

} // namespace mpac::protocol
