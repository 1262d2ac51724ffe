// The field tables of the workspace sideband, and the words in its messages' `type` (no SPEC chapter).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/messages/object_fields.hpp"
#include "protocol/sideband.hpp"

namespace mpac::protocol {

/// The member that tells a sideband message from an envelope. In a message it comes first.
inline constexpr std::string_view sideband_type = "type";

template <>
struct fields<file_list_request> {
  static constexpr std::string_view type = "FILE_LIST";
  static constexpr auto table = std::tuple{};
};

template <>
struct fields<file_read_request> {
  static constexpr std::string_view type = "FILE_READ";
  static constexpr auto table = std::tuple{required("path", &file_read_request::path)};
};

template <>
struct fields<session_summary_request> {
  static constexpr std::string_view type = "SESSION_SUMMARY";
  static constexpr auto table = std::tuple{};
};

template <>
struct fields<listed_file> {
  static constexpr auto table = std::tuple{
      required("path", &listed_file::path),
      required("state_ref", &listed_file::state_ref),
      required("size", &listed_file::size),
  };
};

template <>
struct fields<file_list_response> {
  static constexpr std::string_view type = "FILE_LIST_RESPONSE";
  static constexpr auto table = std::tuple{required("files", &file_list_response::files)};
};

template <>
struct fields<file_content> {
  static constexpr std::string_view type = "FILE_CONTENT";
  static constexpr auto table = std::tuple{
      required("path", &file_content::path),
      required("content", &file_content::content),
      required("state_ref", &file_content::state_ref),
  };
};

template <>
struct fields<file_error> {
  static constexpr std::string_view type = "FILE_ERROR";
  static constexpr auto table = std::tuple{
      required("path", &file_error::path),
      required("error", &file_error::error),
  };
};

template <>
struct fields<file_updated> {
  static constexpr std::string_view type = "FILE_UPDATED";
  static constexpr auto table = std::tuple{
      required("path", &file_updated::path),
      required("state_ref", &file_updated::state_ref),
      required("updated_by", &file_updated::updated_by),
  };
};

template <>
struct fields<participant_summary> {
  static constexpr auto table = std::tuple{
      required("principal_id", &participant_summary::principal_id),
      required("display_name", &participant_summary::display_name),
      required("roles", &participant_summary::roles),
      required("status", &participant_summary::status),
      required("is_available", &participant_summary::is_available),
      required("last_seen", &participant_summary::last_seen),
  };
};

template <>
struct fields<intent_summary> {
  static constexpr auto table = std::tuple{
      required("intent_id", &intent_summary::intent_id),
      required("principal_id", &intent_summary::principal_id),
      required("objective", &intent_summary::objective),
      required("state", &intent_summary::state),
      required("scope", &intent_summary::scope),
      required("claimed_by", &intent_summary::claimed_by, {.null_allowed = true}),
  };
};

template <>
struct fields<conflict_summary> {
  static constexpr auto table = std::tuple{
      required("conflict_id", &conflict_summary::conflict_id),
      required("category", &conflict_summary::category),
      required("severity", &conflict_summary::severity),
      required("state", &conflict_summary::state),
      required("principal_a", &conflict_summary::principal_a, {.null_allowed = true}),
      required("principal_b", &conflict_summary::principal_b, {.null_allowed = true}),
      required("intent_a", &conflict_summary::intent_a, {.null_allowed = true}),
      required("intent_b", &conflict_summary::intent_b, {.null_allowed = true}),
  };
};

template <>
struct fields<session_overview> {
  static constexpr auto table = std::tuple{
      required("session_id", &session_overview::session_id),
      required("workspace_dir", &session_overview::workspace_dir, {.null_allowed = true}),
      required("captured_at", &session_overview::captured_at),
      required("participant_count", &session_overview::participant_count),
      required("active_intent_count", &session_overview::active_intent_count),
      required("open_conflict_count", &session_overview::open_conflict_count),
      required("participants", &session_overview::participants),
      required("active_intents", &session_overview::active_intents),
      required("open_conflicts", &session_overview::open_conflicts),
  };
};

template <>
struct fields<session_summary_response> {
  static constexpr std::string_view type = "SESSION_SUMMARY_RESPONSE";
  static constexpr auto table = std::tuple{required("session", &session_summary_response::session)};
};

} // namespace mpac::protocol
