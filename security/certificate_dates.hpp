// When a certificate is valid (RFC 5280, 4.1.2.5), in the house's own instants.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

struct x509_st; // X509

namespace mpac::security {

/// Both ends are inclusive, to the second.
struct certificate_dates {
  base::instant not_before, not_after;

  /// The first instant at which it is valid no more.
  [[nodiscard]] base::instant end() const noexcept {
    return not_after < base::never ? not_after + std::chrono::seconds{1} : base::never;
  }
  [[nodiscard]] bool cover(base::instant when) const noexcept { return not_before <= when && when < end(); }
};

/// Nothing if it holds dates that are none.
[[nodiscard]] std::optional<certificate_dates> dates_of(const x509_st* certificate);
/// The same of DER; nothing also if that is no certificate and nothing else.
[[nodiscard]] std::optional<certificate_dates> dates_of_der(std::string_view der);

} // namespace mpac::security
