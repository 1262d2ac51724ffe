#include "actors/session_page.hpp"

#include <utility>

namespace mpac::actors {

session_list page_of(const list_sessions& mail, const std::map<protocol::session_id, resident>& residents,
                     kept_list& parked) {
  session_list page;
  auto here = residents.upper_bound(mail.after);
  auto away = parked.sessions.begin();
  while (page.rows.size() < mail.limit && (here != residents.end() || away != parked.sessions.end())) {
    const bool is_here = here != residents.end() && (away == parked.sessions.end() || here->first <= away->session);
    if (!is_here) {
      auto id = away->session;
      page.rows.push_back({std::move(id), {}, std::move(*away++)});
      continue;
    }
    if (here->second.room) {
      page.rows.push_back({here->first, here->second.room, {}});
      if (away != parked.sessions.end() && away->session == here->first)
        ++away;
    }
    ++here;
  }
  return page;
}

} // namespace mpac::actors
