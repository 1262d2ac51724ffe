// What sessions decide, and whole sessions, as bytes: what is kept of them on a disk (SPEC 8.1.1.2).
//
// Records are written by place, each with its length in front: a newer reader finds members that were not there yet at
// their defaults, an older one skips those it does not know. So members of whatever is kept, alternatives of `event`
// and words of enums are only ever appended, and none changes its type. tests/store/first_layout.txt watches over it.
#pragma once

#include "base/result.hpp"
#include "protocol/decision.hpp"
#include "protocol/session_image.hpp"
#include "store/engine.hpp"

#include <string>
#include <string_view>

namespace mpac::store {

// All functions are thread-safe. Same values, same bytes. Reading is safe whatever the bytes are: it takes memory in
// proportion to them, and a fault names what was wrong and at which byte, counted from the first that was handed in.

/// Appends one decision as a record that knows where it ends: its facts, which are all that `session::absorb` reads of
/// it, and apart from them its frames. What the decision asks of others is not kept: `consultations` and `replay`.
/// Nor are answers of the workspace sideband: they are no messages of the protocol, and what is told to one connection
/// can't be told again.
void append_decision(std::string& to, const protocol::decision& what);

/// What to read of a decision.
enum class part {
  facts,     ///< the frames are skipped without being copied
  everything ///< with the frame that came in and what was told
};

/// Takes the first decision off `from`, which is moved behind it; on a fault `from` stays. Its outcome is "kept".
[[nodiscard]] base::result<protocol::decision, fault> take_decision(std::string_view& from, part wanted);

/// A whole session. The policy in force is written only where it differs from the founding one.
[[nodiscard]] std::string encode(const protocol::session_image& image);

/// All of `bytes` is one image. A policy that equals the built-in one, or `likely`, becomes that very object, so that
/// many sessions share it.
[[nodiscard]] base::result<protocol::session_image, fault>
decode_image(std::string_view bytes, const protocol::shared_policy& likely = protocol::default_policy());

} // namespace mpac::store
