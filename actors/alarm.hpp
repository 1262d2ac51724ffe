// The one timer of a session actor: it knows the next deadline, and nothing polls.
#pragma once

#include "actors/handles.hpp"

#include <cstdint>

namespace mpac::actors {

/// Sends `tick` to the session when something is due. Setting it earlier makes the ticks before it count for nothing.
class alarm {
public:
  explicit alarm(session_actor::pointer self) : self_(self) {}

  /// Rings at `due`, unless it rings before that anyway.
  void set(base::instant due);
  /// Whether this tick is the one that counts; then the alarm is off until it is set again.
  [[nodiscard]] bool rings(const tick& mail) noexcept;

private:
  session_actor::pointer self_;
  std::uint64_t last_ = 0; // number of the one tick that counts
  base::instant due_ = base::never;
};

} // namespace mpac::actors
