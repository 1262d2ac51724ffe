// The `signature` of an envelope (SPEC 11.3, 23.1.3, 23.1.6): made and checked over everything else in it.
#pragma once

#include "base/result.hpp"
#include "security/signing_key.hpp"
#include "security/verifying_key.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mpac::security {

// `signature` is {"alg": "EdDSA" | "ES256", "kid": <verifying_key::key_id>, "value": <base64url, no padding>}, and what
// is signed is the canonical JSON (RFC 8785) of the envelope without it: the watermark and all extensions are covered.
// Thread-safe.

/// Whether the frame is signed by one of `keys`, the one it names. The error is a sentence that names the rule that was
/// not met, for the peer to read.
[[nodiscard]] base::result<void, std::string> check_signature(std::string_view frame_json,
                                                              std::span<const verifying_key> keys);

/// The frame with `signature` as its last member, and each other byte as it was. The error says why it can't be signed:
/// it is no JSON object, or has a signature.
[[nodiscard]] base::result<std::string, std::string> sign_envelope(std::string_view frame_json, const signing_key& by);

} // namespace mpac::security
