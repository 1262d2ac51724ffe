// The page of `mpac watch`: who works on what, as lines that fit a terminal of any size.
#pragma once

#include "base/clock.hpp"
#include "client/session_view.hpp"
#include "tools/mpac/terminal/styled_line.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace mpac::tools::watch {

/// How much of what is shown is to be believed.
enum class standing {
  connected, ///< and the coordinator is heard
  silent,    ///< connected, but the coordinator has not been heard for too long
  lost,      ///< no connection: the page shows how it was
};

/// Something that happened.
struct moment {
  base::instant when;
  terminal::styled_line line;
};

/// What has happened while somebody watched, and how it stands.
struct watched {
  std::string session;
  std::string where; ///< the hub's URL
  standing is = standing::connected;
  base::instant since;                ///< when it came to stand so
  std::string why;                    ///< of `lost`
  std::deque<moment> commits, events; ///< the newest last
};

/// At most `rows` lines of at most `columns` columns each. Where a list is longer than its place, its last line tells
/// how many are left out.
[[nodiscard]] terminal::styled_lines page(const watched& what, const client::session_view& of, base::instant now,
                                          std::size_t columns, std::size_t rows);

} // namespace mpac::tools::watch
