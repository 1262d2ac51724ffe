// Plays a conversation on a stage and says where it went otherwise than written.
#pragma once

#include "tests/conversations/conversation.hpp"
#include "tests/support/stage.hpp"

#include <stdexcept>

namespace mpac::tests {

/// The conversation went otherwise, or can't be read; the message begins with file:line.
struct misplayed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Plays one conversation in a session of its own. Throws `misplayed`, and lets through what the stage throws when a
/// line is `beyond_this_stage`.
void play(const conversation& what, stage& on);

} // namespace mpac::tests
