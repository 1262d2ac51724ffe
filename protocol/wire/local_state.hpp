// What a participant says of its own state when it comes back (SPEC 7.7, 8.1.1.3): HELLO `extensions.local_state`.
#pragma once

#include "protocol/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol {

/// One operation it has carried out without having heard that the session knows of it.
struct local_operation {
  protocol::op_id op_id;
  std::optional<message_id> message; ///< the message that told of it, if one was sent
  std::optional<std::string> target;
  std::optional<std::string> state_ref_after;
};

struct local_state {
  std::vector<local_operation> operations; ///< at most `most_compared`
  std::uint64_t lamport = 0;               ///< the highest value heard from the coordinator; 0 = not said
  std::string problem; ///< what of it was not understood, beginning with the place: `.operations[2]: …`; or empty
};

/// How many operations are compared.
inline constexpr std::size_t most_compared = 128;

/// What a HELLO says of it, in its payload's or its envelope's `extensions`; nothing where it says nothing. `message`
/// is JSON that has been checked. What can't be understood is left out.
[[nodiscard]] std::optional<local_state> local_state_in(std::string_view message);

} // namespace mpac::protocol
