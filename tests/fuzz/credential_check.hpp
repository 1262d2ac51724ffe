// What has to hold for any credential, and for any file that credentials are judged by: shared by the fuzzers and the
// test that walks their corpora.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Each returns nothing, or the promise that was broken.

/// No token is taken but those that were signed (tests/security/data), and refusals are sentences of the hub's own.
[[nodiscard]] const char* broken_by_token(std::string_view token);
/// Claims that are signed as they should be grant no more than they say, and nothing where they do not hold; those that
/// grant nothing are refused for what they say, and not for their signature.
[[nodiscard]] const char* broken_by_claims(std::string_view claims);
/// Whether they grant anything.
[[nodiscard]] bool takes_claims(std::string_view claims);
/// A text is a set of keys or is refused with a reason; no key takes what it has not signed, and none is private.
[[nodiscard]] const char* broken_by_token_keys(std::string_view text);
/// No chain is taken but those of the samples, however they are written; what is kept of it is a chain again.
[[nodiscard]] const char* broken_by_chain(std::string_view pem);
/// A file of hashes is read whole or refused with places in it; hashes are read in one meaning.
[[nodiscard]] const char* broken_by_credential_file(std::string_view toml);

} // namespace mpac::tests
