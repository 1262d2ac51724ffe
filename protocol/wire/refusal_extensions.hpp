// What a refusal tells programs beyond its words: the members of its payload's extensions (SPEC 15.3.1, 15.3.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/json_text.hpp"
#include "protocol/records.hpp"

#include <vector>

namespace mpac::protocol {

/// `{"retry_after_sec": 12.5}`, rounded up to the millisecond (SPEC 15.3.1).
[[nodiscard]] json_text retry_after_json(base::duration remaining);

/// `{"holders": [{"intent_id": ..., "principal_id": ...}]}` (O-089).
[[nodiscard]] json_text holders_json(const std::vector<const intent_record*>& holders);

} // namespace mpac::protocol
