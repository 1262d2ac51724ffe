// The field tables of the envelope and of all messages in it (SPEC 11, 13.1).
#pragma once

#include "protocol/envelope.hpp"
#include "protocol/messages/conflict_fields.hpp"
#include "protocol/messages/field.hpp"
#include "protocol/messages/governance_fields.hpp"
#include "protocol/messages/intent_fields.hpp"
#include "protocol/messages/object_fields.hpp"
#include "protocol/messages/operation_fields.hpp"
#include "protocol/messages/session_fields.hpp"

namespace mpac::protocol {

template <>
struct fields<sender> {
  static constexpr auto table = std::tuple{
      required("principal_id", &sender::principal_id),
      required("principal_type", &sender::principal_type),
      required("sender_instance_id", &sender::sender_instance_id),
  };
};

/// Without `protocol`, `message_type` and `payload`, which are not members but what the others hang on.
template <>
struct fields<envelope> {
  static constexpr auto table = std::tuple{
      required("version", &envelope::version),
      required("message_id", &envelope::message_id),
      required("session_id", &envelope::session_id),
      required("sender", &envelope::sender),
      required("ts", &envelope::ts, {.date_time = true}),
      optional("watermark", &envelope::watermark),
      optional("coordinator_epoch", &envelope::coordinator_epoch, {.at_least = 1}),
      optional("in_reply_to", &envelope::in_reply_to),
      optional("trace_id", &envelope::trace_id),
      optional("policy_ref", &envelope::policy_ref),
      optional("signature", &envelope::signature),
      optional("extensions", &envelope::extensions, {.shape = json_shape::object}),
  };
};

/// The literal in `protocol` (SPEC 11.4), and the names of the envelope's three other members.
struct envelope_members {
  static constexpr std::string_view protocol = "protocol", protocol_name = "MPAC";
  static constexpr std::string_view message_type = "message_type", payload = "payload";
};

} // namespace mpac::protocol
