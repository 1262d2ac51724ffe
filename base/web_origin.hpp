// Which site a page in a browser belongs to, as its Origin field says (RFC 6454).
#pragma once

#include "base/host_and_port.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::base {

struct web_origin {
  std::string scheme; ///< in small letters
  host_and_port at;   ///< the host in small letters; the port of HTTP where none is given, of other schemes none

  /// Takes `scheme://host[:port]` apart. Nothing for `null`, which pages without a site have, and for all that is no
  /// origin.
  [[nodiscard]] static std::optional<web_origin> of(std::string_view text);

  /// Whether a server that was asked with this Host field is of the same site. One that encrypts is so for pages that
  /// came encrypted alone; one that does not may stand behind another that does, so the scheme is not looked at.
  [[nodiscard]] bool is_served_by(std::string_view host, bool is_encrypted) const;

  friend bool operator==(const web_origin&, const web_origin&) = default;
};

} // namespace mpac::base
