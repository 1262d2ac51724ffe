#include "net/browser_pages.hpp"

#include "base/web_origin.hpp"

#include <algorithm>

namespace mpac::net {

bool is_of_own_site(const page_fields& shown) {
  if (!shown.origin)
    return true;
  const auto page = base::web_origin::of(*shown.origin);
  return page && shown.host && page->is_served_by(*shown.host, shown.is_encrypted);
}

bool is_welcome(const page_fields& shown, const std::vector<std::string>& allowed) {
  if (!shown.origin || (is_of_own_site(shown) && (!shown.is_over_loopback || means_this_machine(shown))))
    return true;
  const auto page = base::web_origin::of(*shown.origin);
  return std::ranges::any_of(
      allowed, [&](const std::string& each) { return each == "*" || (page && page == base::web_origin::of(each)); });
}

bool means_this_machine(const page_fields& shown) {
  if (!shown.host)
    return true;
  const auto named = base::host_and_port::of(*shown.host, base::usual_port(shown.is_encrypted));
  return named && base::is_this_machine(named->host);
}

} // namespace mpac::net
