// What the actors tell whoever counts: metrics, logs. Nothing here changes what happens.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mpac::actors {

/// Why a connection is closed that has said nothing wrong.
enum class dismissal : std::uint8_t {
  sessions_full,       ///< one session more than limits.sessions allows
  session_unavailable, ///< it can't be read or kept at the moment, or fails too often
  no_such_session,     ///< only the operator makes one
  credential_expired,  ///< and no new one came
};

/// Thread-safe; called on the actors' threads and expected to be quick.
class observer {
public:
  virtual ~observer() = default;
  virtual void session_opened(const protocol::session_id&) {}
  virtual void session_unloaded(const protocol::session_id&) {}
  /// A session actor ended by a mistake in the program. `will_return`: its restart budget lets it come back.
  virtual void session_failed(const protocol::session_id&, const std::string& /*why*/, bool /*will_return*/) {}
  /// Another actor ended by a mistake in the program: "participant", "conflict", "journal", "registry".
  virtual void actor_failed(std::string_view /*which*/, const std::string& /*why*/) {}
  /// A message threw: it was refused, and the session goes on.
  virtual void message_poisoned(const protocol::session_id&, const std::string& /*why*/) {}
  /// A decision was absorbed.
  virtual void decided(const protocol::session_id&, const protocol::decision&) {}
  /// Frames were handed to outboxes.
  virtual void delivered(std::size_t /*frames*/) {}
  /// A credential was not taken (SPEC 23.1.4), from this address.
  virtual void credential_failed(const protocol::session_id&, const std::string& /*address*/,
                                 const std::string& /*why*/) {}
  /// A message was refused without a decision, so that nothing of it is kept.
  virtual void refused(protocol::error_code) {}
  /// A connection was closed for this: before it found its session, or in it.
  virtual void dismissed(dismissal) {}
  /// A message was dropped without a word (see protocol::silence).
  virtual void ignored() {}
  /// The journal kept a batch, or could not.
  virtual void journal_kept(std::size_t /*decisions*/) {}
  virtual void journal_failed(const std::string& /*why*/) {}
  virtual void journal_recovered() {}
  /// Something that is kept could not be read.
  virtual void store_unreadable(const protocol::session_id&, const std::string& /*why*/) {}
  /// What need not be kept any more could not be dropped; it is tried again later.
  virtual void tidying_failed(const std::string& /*why*/) {}
  /// A session came back after the hub had ended, or after it had failed (SPEC 8.1.1.3).
  virtual void session_recovered(const protocol::session_id&, std::uint64_t /*epoch*/) {}
};

} // namespace mpac::actors
