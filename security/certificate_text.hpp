// Certificates as PEM text (RFC 7468): what names and carries a key (SPEC 23.1.6).
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace mpac::security {

using certificate = std::shared_ptr<x509_st>;

/// The certificates in a text, at least one, in their order; what stands between them is skipped. The error says what
/// is wrong with the text, or that it holds more than `most`.
[[nodiscard]] base::result<std::vector<certificate>, std::string> read_certificates(std::string_view pem,
                                                                                    std::size_t most);

/// As PEM.
[[nodiscard]] std::string to_pem(x509_st* one);
/// One behind the other and nothing else.
[[nodiscard]] std::string to_pem(const std::vector<certificate>& chain);

/// "sha256:" and the SHA-256 of the DER.
[[nodiscard]] std::string fingerprint(const certificate& of);
[[nodiscard]] std::string fingerprint_of(std::string_view der);

} // namespace mpac::security
