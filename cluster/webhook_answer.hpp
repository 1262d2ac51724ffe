// What the webhook for custom credentials is asked, and what its answer means (SPEC 23.1.4).
#pragma once

#include "security/credential_verifier.hpp"

#include <string>
#include <string_view>

namespace mpac::cluster {

/// {"type", "value", "issuer" (if HELLO names one), "principal_id", "principal_type", "session_id"}
[[nodiscard]] std::string webhook_question(const security::credential_request& asked);

/// The verdict of an answer with this status and body. Taken is only 200 with a JSON object whose `accepted` is true
/// and whose `principal_id` is the asked one; it may hold `roles`, `issuer`, `tenant` and `expires_at`. `accepted`:
/// false refuses. Whatever else it is, a redirect too, is no judgement: `is_unavailable`.
[[nodiscard]] security::credential_verdict webhook_verdict(const security::credential_request& asked, unsigned status,
                                                           std::string_view body);

/// The verdict where there is no answer; `why` is for the log.
[[nodiscard]] security::credential_verdict webhook_is_silent(const std::string& why);

} // namespace mpac::cluster
