#include "config/settings.hpp"

#include <algorithm>

namespace mpac::config {

policy_book::policy_book(const settings& from)
    : base_(std::make_shared<const protocol::session_policy>(from.session.policy)) {
  for (const auto& [id, session] : from.sessions)
    named_.emplace(id, session.policy == from.session.policy
                           ? base_
                           : std::make_shared<const protocol::session_policy>(session.policy));
}

const protocol::shared_policy& policy_book::of(std::string_view session_id) const {
  const auto found = named_.find(session_id);
  return found == named_.end() ? base_ : found->second;
}

std::string_view workspace_of(const settings& all, std::string_view session_id) {
  const auto found = all.sessions.find(session_id);
  return found == all.sessions.end() ? all.session.workspace_dir : found->second.workspace_dir;
}

bool is_session_id(std::string_view text) {
  constexpr std::string_view marks = "._~:@-";
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

} // namespace mpac::config
