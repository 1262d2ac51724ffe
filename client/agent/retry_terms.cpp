#include "client/agent/retry_terms.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace mpac::client::agent {
namespace {

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  return wrong == std::errc{} && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<base::instant> date_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  std::tm parts{};
  if (!(in >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT")))
    return std::nullopt;
  return base::instant{std::chrono::seconds{::timegm(&parts)}};
}

} // namespace

bool may_pass(trouble why) noexcept {
  switch (why) {
  case trouble::unreachable:
  case trouble::broken_off:
  case trouble::rate_limited:
  case trouble::overloaded:
  case trouble::server_error:
    return true;
  default: // what took too long once would take as long again
    return false;
  }
}

std::optional<base::duration> wait_before_retry(const model_error& failed, const retry_terms& how, double chance) {
  if (!may_pass(failed.why) || failed.attempts >= how.attempts)
    return std::nullopt;
  if (failed.retry_after)
    return *failed.retry_after <= how.longest_asked ? failed.retry_after : std::nullopt;
  constexpr std::uint32_t most_doublings = 20;
  const auto doublings = std::min(failed.attempts - std::min(failed.attempts, 1U), most_doublings);
  const auto whole = std::min(how.longest, how.first * (1 << doublings));
  return std::chrono::duration_cast<base::duration>(whole * (1 - std::clamp(chance, 0.0, 1.0) / 2));
}

std::optional<base::duration> retry_after(std::string_view milliseconds, std::string_view seconds_or_date,
                                          base::instant now) {
  if (const auto ms = number_of(milliseconds))
    return base::from_seconds(*ms / 1000);
  if (const auto seconds = number_of(seconds_or_date))
    return base::from_seconds(*seconds);
  if (const auto date = date_of(seconds_or_date))
    return std::max(*date - now, base::duration::zero());
  return std::nullopt;
}

} // namespace mpac::client::agent
