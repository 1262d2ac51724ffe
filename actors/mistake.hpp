// What becomes of an actor that throws: it ends, alone, and what it threw is the reason others are told.
#pragma once

#include <caf/error.hpp>

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace mpac::actors {

/// What was thrown, in words.
[[nodiscard]] std::string said_by(const std::exception_ptr& thrown);

/// What an actor ends with; whoever monitors it, or waits for its answer, is told.
[[nodiscard]] caf::error reason_to_end(const std::string& why);

/// The one place that guards all handlers of an actor, of requests and timers too: CAF catches what any of them throws
/// and asks this. `report` is told why, on the actor's thread; then the actor ends. Set it before anything may throw.
template <class Self, class Report>
void ends_by_mistake(Self* self, Report report) {
  self->set_exception_handler([report = std::move(report)](std::exception_ptr& thrown) {
    const auto why = said_by(thrown);
    report(why);
    return reason_to_end(why);
  });
}

} // namespace mpac::actors
