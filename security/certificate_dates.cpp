#include "security/certificate_dates.hpp"

#include "security/freed_by.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <ctime>

namespace mpac::security {
namespace {

std::optional<base::instant> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1)
    return std::nullopt;
  const auto seconds = timegm(&parts);
  const auto when = base::instant{std::chrono::seconds{seconds}};
  return when < base::never ? when : base::never; // RFC 5280, 4.1.2.5: 99991231235959Z says that there is no end
}

} // namespace

std::optional<certificate_dates> dates_of(const X509* certificate) {
  const auto begins = instant_of(X509_get0_notBefore(certificate)), ends = instant_of(X509_get0_notAfter(certificate));
  if (!begins || !ends)
    return std::nullopt;
  return certificate_dates{*begins, *ends};
}

std::optional<certificate_dates> dates_of_der(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  const std::unique_ptr<X509, freed_by<X509_free>> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!certificate || at != end)
    return std::nullopt;
  return dates_of(certificate.get());
}

} // namespace mpac::security
