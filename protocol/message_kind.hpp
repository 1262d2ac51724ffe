// The twenty-two message types of the protocol (SPEC 13), in one list from which dispatch follows.
#pragma once

#include "protocol/word.hpp"

namespace mpac::protocol {

enum class message_kind {
  hello,
  session_info,
  heartbeat,
  goodbye,
  session_close,
  coordinator_status,
  intent_announce,
  intent_update,
  intent_withdraw,
  intent_deferred,
  intent_claim,
  intent_claim_status,
  op_propose,
  op_commit,
  op_batch_commit,
  op_reject,
  op_supersede,
  conflict_report,
  conflict_ack,
  conflict_escalate,
  resolution,
  protocol_error,
};

template <>
struct word_list<message_kind> {
  using enum message_kind;
  static constexpr bool acted_on = false;
  static constexpr std::array words{
      std::pair{hello, std::string_view{"HELLO"}},
      std::pair{session_info, std::string_view{"SESSION_INFO"}},
      std::pair{heartbeat, std::string_view{"HEARTBEAT"}},
      std::pair{goodbye, std::string_view{"GOODBYE"}},
      std::pair{session_close, std::string_view{"SESSION_CLOSE"}},
      std::pair{coordinator_status, std::string_view{"COORDINATOR_STATUS"}},
      std::pair{intent_announce, std::string_view{"INTENT_ANNOUNCE"}},
      std::pair{intent_update, std::string_view{"INTENT_UPDATE"}},
      std::pair{intent_withdraw, std::string_view{"INTENT_WITHDRAW"}},
      std::pair{intent_deferred, std::string_view{"INTENT_DEFERRED"}},
      std::pair{intent_claim, std::string_view{"INTENT_CLAIM"}},
      std::pair{intent_claim_status, std::string_view{"INTENT_CLAIM_STATUS"}},
      std::pair{op_propose, std::string_view{"OP_PROPOSE"}},
      std::pair{op_commit, std::string_view{"OP_COMMIT"}},
      std::pair{op_batch_commit, std::string_view{"OP_BATCH_COMMIT"}},
      std::pair{op_reject, std::string_view{"OP_REJECT"}},
      std::pair{op_supersede, std::string_view{"OP_SUPERSEDE"}},
      std::pair{conflict_report, std::string_view{"CONFLICT_REPORT"}},
      std::pair{conflict_ack, std::string_view{"CONFLICT_ACK"}},
      std::pair{conflict_escalate, std::string_view{"CONFLICT_ESCALATE"}},
      std::pair{resolution, std::string_view{"RESOLUTION"}},
      std::pair{protocol_error, std::string_view{"PROTOCOL_ERROR"}},
  };
};

} // namespace mpac::protocol
