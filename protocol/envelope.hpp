// The envelope every message travels in (SPEC 11), its payload a plain struct of the message's kind.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/message_kind.hpp"
#include "protocol/messages/conflict_messages.hpp"
#include "protocol/messages/governance_messages.hpp"
#include "protocol/messages/intent_messages.hpp"
#include "protocol/messages/operation_messages.hpp"
#include "protocol/messages/session_messages.hpp"
#include "protocol/watermark.hpp"
#include "protocol/word.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace mpac::protocol {

/// SPEC 10.2.
enum class principal_type { human, agent, service };

template <>
struct word_list<principal_type> {
  using enum principal_type;
  static constexpr bool acted_on = true;
  static constexpr auto words =
      std::to_array<listed_word<principal_type>>({{human, "human"}, {agent, "agent"}, {service, "service"}});
};

/// SPEC 11.2: who speaks, and which incarnation of it.
struct sender {
  protocol::principal_id principal_id;
  word<protocol::principal_type> principal_type;
  instance_id sender_instance_id;

  friend bool operator==(const sender&, const sender&) = default;
};

/// A message type that is not of this version: ignored, or refused when the session is strict (SPEC 25.3). What the hub
/// adds to the protocol leaves it as one (SPEC 21.1): then with a payload, which is not read of what comes in.
struct unknown_message {
  std::string type;
  json_text payload;

  friend bool operator==(const unknown_message&, const unknown_message&) = default;
};

/// One alternative for each message kind, in the order of `message_kind`, then the unknown one:
/// `body.index()` is the kind's number.
using message_body =
    std::variant<hello, session_info, heartbeat, goodbye, session_close, coordinator_status, intent_announce,
                 intent_update, intent_withdraw, intent_deferred, intent_claim, intent_claim_status, op_propose,
                 op_commit, op_batch_commit, op_reject, op_supersede, conflict_report, conflict_ack, conflict_escalate,
                 resolution, protocol_error, unknown_message>;

/// SPEC 11.2, 11.3. `ts` is RFC 3339 text as it was sent; `protocol` is always `MPAC` and not kept.
struct envelope {
  std::string version;
  protocol::message_id message_id;
  protocol::session_id session_id;
  protocol::sender sender;
  std::string ts;
  std::optional<protocol::watermark> watermark;
  std::optional<std::int64_t> coordinator_epoch;
  std::optional<std::string> in_reply_to, trace_id, policy_ref;
  std::optional<json_text> signature;
  std::optional<json_text> extensions;
  message_body body;

  friend bool operator==(const envelope&, const envelope&) = default;
};

/// The kind of a body, or nothing for a type that is not of this version.
inline std::optional<message_kind> kind_of(const message_body& body) noexcept {
  if (body.index() >= word_list<message_kind>::words.size())
    return std::nullopt;
  return static_cast<message_kind>(body.index());
}

} // namespace mpac::protocol
