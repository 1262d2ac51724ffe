// The rules of by_place.hpp for the values of the protocol that are no aggregates.
#pragma once

#include "protocol/log_chain.hpp"
#include "protocol/policy.hpp"
#include "protocol/records.hpp"
#include "protocol/resource_registry.hpp"
#include "protocol/wire/frame.hpp"
#include "protocol/workspace/file_table.hpp"
#include "protocol/workspace/unicode_text.hpp"
#include "protocol/workspace/workspace_file.hpp"
#include "store/by_place.hpp"

namespace mpac::store {

// Enums that have no list of words, or whose list leaves out one at the end.
template <>
inline constexpr auto last_of<protocol::scope_kind> = protocol::scope_kind::unknown;
template <>
inline constexpr auto last_of<protocol::suspension_cause> = protocol::suspension_cause::backend;
template <>
inline constexpr auto last_of<protocol::claim_wait> = protocol::claim_wait::word;
template <>
inline constexpr auto last_of<protocol::freeze_phase> = protocol::freeze_phase::held;
template <>
inline constexpr auto last_of<protocol::audience::reach> = protocol::audience::reach::seat;
template <>
inline constexpr auto last_of<protocol::voice> = protocol::voice::sideband;

/// 0 for none, else its length and one.
template <>
struct code<protocol::frame_ptr> {
  static void put(byte_writer& to, const protocol::frame_ptr& value) {
    to.number(value ? value->payload().size() + 1 : 0);
    if (value)
      to.bytes(value->payload());
  }
  static bool take(byte_reader& from, protocol::frame_ptr& value) {
    std::uint64_t length = 0;
    std::string_view payload;
    if (!from.number(length))
      return false;
    if (length == 0) {
      value = {};
      return true;
    }
    if (!from.bytes(length - 1, payload) || !from.may_take(sizeof(protocol::frame) + protocol::frame_padding))
      return false;
    value = protocol::frame::of(payload);
    return true;
  }
};

/// Its 32 bytes.
template <>
struct code<protocol::log_digest> {
  static void put(byte_writer& to, const protocol::log_digest& value) {
    to.bytes({reinterpret_cast<const char*>(value.data()), value.size()});
  }
  static bool take(byte_reader& from, protocol::log_digest& value) {
    std::string_view bytes;
    if (!from.bytes(value.size(), bytes))
      return false;
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return true;
  }
};

/// Its content alone: what names it follows from that.
template <>
struct code<protocol::workspace_file> {
  static void put(byte_writer& to, const protocol::workspace_file& value) { to.text(value.content()); }
  static bool take(byte_reader& from, protocol::workspace_file& value) {
    constexpr std::size_t one_file = 256; // with its state ref
    std::string_view content;
    if (!from.text(content) || !from.may_take(one_file))
      return false;
    if (!protocol::is_utf8(content))
      return from.fail("a file that is not UTF-8");
    value = protocol::workspace_file::of(std::string(content));
    return true;
  }
  static protocol::workspace_file blank() {
    static const auto empty = protocol::workspace_file::of({});
    return empty;
  }
};

template <>
struct code<protocol::file_table> {
  static void put(byte_writer& to, const protocol::file_table& value) {
    code<protocol::file_table::files_by_path>::put(to, value.files());
  }
  static bool take(byte_reader& from, protocol::file_table& value) {
    std::size_t count = 0;
    if (!from.count(count) || !from.may_take(count * sizeof(protocol::planned_file)))
      return false;
    for (std::size_t i = 0; i < count; ++i) {
      std::string path;
      auto file = code<protocol::workspace_file>::blank();
      if (!code<std::string>::take(from, path) || !code<protocol::workspace_file>::take(from, file))
        return false;
      value.put(std::move(path), std::move(file));
    }
    return true;
  }
};

template <>
struct code<protocol::resource_registry> {
  static void put(byte_writer& to, const protocol::resource_registry& value) {
    code<std::vector<protocol::resource_mapping>>::put(to, value.mappings());
  }
  static bool take(byte_reader& from, protocol::resource_registry& value) {
    constexpr std::size_t one_alias = 192; // where it is found
    std::vector<protocol::resource_mapping> mappings;
    if (!code<std::vector<protocol::resource_mapping>>::take(from, mappings))
      return false;
    for (const auto& mapping : mappings)
      if (!from.may_take(mapping.aliases.size() * one_alias))
        return false;
    value = protocol::resource_registry(std::move(mappings));
    return true;
  }
};

/// Never null. The built-in policy is one object for all.
template <>
struct code<protocol::shared_policy> {
  static void put(byte_writer& to, const protocol::shared_policy& value) {
    code<protocol::session_policy>::put(to, *value);
  }
  static bool take(byte_reader& from, protocol::shared_policy& value) {
    static const std::string built_in = [] {
      std::string bytes;
      byte_writer to(bytes);
      put(to, protocol::default_policy());
      return bytes;
    }();
    std::string_view skipped;
    if (from.rest().starts_with(built_in)) {
      value = protocol::default_policy();
      return from.bytes(built_in.size(), skipped);
    }
    auto made = std::make_shared<protocol::session_policy>();
    value = made;
    return from.may_take(sizeof(protocol::session_policy)) && code<protocol::session_policy>::take(from, *made);
  }
};

/// A policy that may be missing.
struct standing_policy {
  protocol::shared_policy policy;
};
template <>
struct code<standing_policy> {
  static void put(byte_writer& to, const standing_policy& value) {
    to.byte(value.policy != nullptr);
    if (value.policy)
      code<protocol::shared_policy>::put(to, value.policy);
  }
  static bool take(byte_reader& from, standing_policy& value) {
    bool is_there = false;
    return code<bool>::take(from, is_there) && (!is_there || code<protocol::shared_policy>::take(from, value.policy));
  }
};

} // namespace mpac::store
