// Which pages in a browser may talk to a listener. Any page can open connections to its reader's own machine; but the
// browser says of which site the page is (RFC 6454), and by which name it found the listener.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::net {

/// What a request says of the page that it comes from.
struct page_fields {
  std::optional<std::string_view> origin; ///< nothing: no page, for browsers name it
  std::optional<std::string_view> host;
  bool is_encrypted = false;     ///< it came over TLS that ends here
  bool is_over_loopback = false; ///< it came from this machine to this machine
};

/// Whether it comes from no page, or from one of the listener's own site.
[[nodiscard]] bool is_of_own_site(const page_fields& shown);

/// Whether it comes from there, or from a page of one of the `allowed` origins (listen.allowed_origins). Over loopback
/// the own site is what means this machine: the browser was led here under another name, unless a proxy hands that on.
[[nodiscard]] bool is_welcome(const page_fields& shown, const std::vector<std::string>& allowed);

/// Whether whoever asks means this machine by the name that he uses. Somebody whose name leads here only since a
/// moment ago (DNS rebinding) does not; who says no name is no browser.
[[nodiscard]] bool means_this_machine(const page_fields& shown);

} // namespace mpac::net
