// How the records of sessions are named in the table: so that those of one session lie together, in their order.
#pragma once

#include "protocol/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mpac::store {

// space      key                                  value
// catalogue  session id                           catalogue_entry
// images     session id                           encode(session_image)
// log        session id, NUL, sequence (8 bytes)  the decisions of one parcel, from that one on (log_record.hpp)
//
// A session id holds no NUL, so no id's records lie among another's.

inline void append_sequence(std::string& to, std::uint64_t sequence) {
  for (int shift = 56; shift >= 0; shift -= 8)
    to.push_back(static_cast<char>(sequence >> shift));
}

/// The record that begins with this decision.
[[nodiscard]] inline std::string log_key(const protocol::session_id& id, std::uint64_t sequence) {
  std::string key = id.str();
  key.push_back('\0');
  append_sequence(key, sequence);
  return key;
}

/// Behind all records of a session.
[[nodiscard]] inline std::string log_end(const protocol::session_id& id) {
  return id.str() + '\1';
}

/// The first decision of the record with this key.
[[nodiscard]] inline std::uint64_t sequence_of(std::string_view log_key) {
  std::uint64_t sequence = 0;
  for (const char each : log_key.substr(log_key.size() < 8 ? 0 : log_key.size() - 8))
    sequence = sequence << 8 | static_cast<unsigned char>(each);
  return sequence;
}

} // namespace mpac::store
