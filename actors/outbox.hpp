// How actors reach the person behind a seat; what lies behind it (a socket, another program) they do not know.
#pragma once

#include "base/clock.hpp"
#include "protocol/wire/frame.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace mpac::actors {

/// Why a seat is given up; whoever owns the connection translates it.
enum class farewell {
  replaced,        ///< the same principal joined from another connection
  turned_away,     ///< there is no such session, and asking again does not help
  try_again,       ///< there is no room now
  expired,         ///< the credential ran out, and no new one came
  failed,          ///< the session ended by a mistake of the hub's
  service_restart, ///< the hub stops: come back
  going_away,      ///< the hub stops and nobody takes over
};

/// The way out of one seat. Thread-safe; every call returns at once.
class outbox {
public:
  virtual ~outbox() = default;
  /// Sends frames, in order. `since`: when the oldest of the messages they answer arrived, to measure how long it took.
  virtual void deliver(std::span<const protocol::frame_ptr> frames, base::instant since) = 0;
  /// Sends what is queued and then ends the connection. May be called more than once; the first call counts.
  virtual void close(farewell why, std::string reason) = 0;
  /// Messages that came from this seat have been dealt with: as many more may come.
  virtual void grant(std::size_t messages) = 0;
  /// HELLO was accepted.
  virtual void admitted() = 0;
};

} // namespace mpac::actors
