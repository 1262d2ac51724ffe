// A refusal: why a message was not accepted (SPEC 22.1). Everything that fails inside becomes one of these.
#pragma once

#include "base/clock.hpp"
#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"

#include <optional>
#include <string>

namespace mpac::protocol {

/// What PROTOCOL_ERROR will say to the sender. `description` names what was wrong and where, for a person to read.
struct refusal {
  error_code code = error_code::malformed_message;
  std::string description;
  std::optional<message_id> refers_to;            ///< the offending message, when its id could be read
  std::optional<base::duration> retry_after = {}; ///< where waiting helps

  friend bool operator==(const refusal&, const refusal&) = default;
};

} // namespace mpac::protocol
