// The compact form of a signed token (RFC 7515, 7.1), taken apart and not yet believed.
#pragma once

#include "base/result.hpp"
#include "security/token_keys.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

/// Longer tokens are no tokens.
inline constexpr std::size_t longest_token = 16 * 1024; // bytes

struct compact_jws {
  token_algorithm algorithm{};
  std::optional<std::string> key_id;
  std::string_view signed_bytes; ///< of the token that was read
  std::string payload;           ///< whatever it is
  std::string signature;
};

/// The error is a sentence for whoever sent the token; it repeats nothing of it.
///
/// Refused are: an unknown algorithm and `none`; `crit` and `b64`, which ask for what is not done here; a `typ` that is
/// neither JWT nor at+jwt; and what is said by two names or in two spellings. `jku`, `jwk`, `x5u` and `x5c` name a key
/// that the sender would like to be believed by: they are never looked at.
[[nodiscard]] base::result<compact_jws, std::string> read_compact_jws(std::string_view token);

} // namespace mpac::security
