// The names in a certificate that count here (RFC 5280): read whole, or not at all.
#pragma once

#include <string>
#include <string_view>

struct x509_st; // X509

namespace mpac::security {

/// Whether the subject's common name, if it has exactly one, or a URI among the subject alternative names equals the
/// principal id. Names that hold a NUL equal nothing.
[[nodiscard]] bool speaks_for(x509_st* certificate, std::string_view principal_id);
/// Whether the issuer's common name or its whole name (RFC 2253) is `name`.
[[nodiscard]] bool names_issuer(x509_st* certificate, std::string_view name);
/// The issuer's whole name, as RFC 2253 writes it.
[[nodiscard]] std::string issuer_name(x509_st* certificate);
/// The subject's organisation, if it has exactly one; empty otherwise.
[[nodiscard]] std::string organisation(x509_st* certificate);

} // namespace mpac::security
