// The field tables of the operation layer (SPEC 13.1, 16).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/messages/operation_messages.hpp"

namespace mpac::protocol {

template <>
struct fields<op_propose> {
  static constexpr auto table = std::tuple{
      required("op_id", &op_propose::op_id),           optional("intent_id", &op_propose::intent_id),
      required("target", &op_propose::target),         required("op_kind", &op_propose::op_kind),
      optional("change_ref", &op_propose::change_ref), optional("summary", &op_propose::summary),
  };
};

template <>
struct fields<file_change> {
  static constexpr auto table = std::tuple{
      required("content", &file_change::content),
      expected("state_ref_before", &file_change::state_ref_before),
  };
};

template <>
struct fields<op_commit> {
  static constexpr bool rests_on_watermark = true; // SPEC 7.3
  static constexpr auto table = std::tuple{
      required("op_id", &op_commit::op_id),
      optional("intent_id", &op_commit::intent_id),
      required("target", &op_commit::target),
      required("op_kind", &op_commit::op_kind),
      expected("state_ref_before", &op_commit::state_ref_before),
      expected("state_ref_after", &op_commit::state_ref_after),
      optional("change_ref", &op_commit::change_ref),
      optional("summary", &op_commit::summary),
      optional("file_changes", &op_commit::file_changes),
  };
};

template <>
struct fields<batch_operation> {
  static constexpr auto table = std::tuple{
      required("op_id", &batch_operation::op_id),
      optional("intent_id", &batch_operation::intent_id),
      required("target", &batch_operation::target),
      required("op_kind", &batch_operation::op_kind),
      expected("state_ref_before", &batch_operation::state_ref_before),
      expected("state_ref_after", &batch_operation::state_ref_after),
      optional("change_ref", &batch_operation::change_ref),
  };
};

template <>
struct fields<op_batch_commit> {
  static constexpr auto table = std::tuple{
      required("batch_id", &op_batch_commit::batch_id),
      optional("intent_id", &op_batch_commit::intent_id),
      expected("atomicity", &op_batch_commit::atomicity),
      required("operations", &op_batch_commit::operations, {.filled = true}),
      optional("summary", &op_batch_commit::summary),
  };
};

template <>
struct fields<op_reject> {
  static constexpr auto table = std::tuple{
      required("op_id", &op_reject::op_id),
      required("reason", &op_reject::reason),
      optional("refers_to", &op_reject::refers_to),
      optional("rejected_ops", &op_reject::rejected_ops),
  };
};

template <>
struct fields<op_supersede> {
  static constexpr auto table = std::tuple{
      required("op_id", &op_supersede::op_id),         required("supersedes_op_id", &op_supersede::supersedes_op_id),
      optional("intent_id", &op_supersede::intent_id), required("target", &op_supersede::target),
      optional("reason", &op_supersede::reason),
  };
};

} // namespace mpac::protocol
