#include "client/mcp/subscriptions.hpp"

#include "client/mcp/json_rpc.hpp"

#include <utility>

namespace mpac::client::mcp {
namespace {

using namespace protocol;

constexpr std::string_view updated = "notifications/resources/updated";
constexpr std::string_view list_changed = "notifications/resources/list_changed";

struct reader_of_changes {
  using changes = resource_changes;
  static constexpr changes everything{.is_everything = true};
  static constexpr changes people{.has_session = true, .has_participants = true};
  static constexpr changes tasks{.has_session = true, .has_participants = true, .has_intents = true};
  static constexpr changes disputes{.has_session = true, .has_conflicts = true};

  changes operator()(const client::joined& what) const { return what.is_return ? everything : people; }
  changes operator()(const caught_up&) const { return everything; }
  changes operator()(const heard<session_close>&) const { return everything; }
  changes operator()(const file_updated& what) const {
    changes made;
    made.path = what.path;
    return made;
  }
  changes operator()(const heard<goodbye>&) const { return tasks; }
  changes operator()(const heard<intent_announce>&) const { return tasks; }
  changes operator()(const heard<intent_update>&) const { return tasks; }
  changes operator()(const heard<intent_withdraw>&) const { return tasks; }
  changes operator()(const heard<intent_claim>&) const { return tasks; }
  changes operator()(const heard<intent_claim_status>&) const { return tasks; }
  changes operator()(const heard<conflict_report>&) const { return disputes; }
  changes operator()(const heard<conflict_ack>&) const { return disputes; }
  changes operator()(const heard<conflict_escalate>&) const { return disputes; }
  changes operator()(const heard<resolution>&) const { return disputes; }
  changes operator()(const heard<protocol_error>& what) const {
    return what.said.error_code.is(error_code::participant_unavailable) ? tasks : changes{};
  }
  changes operator()(const heard<coordinator_status>& what) const {
    return what.said.event.is(coordinator_event::heartbeat) ? changes{} : people;
  }
  changes operator()(const auto&) const { return {}; }
};

} // namespace

bool resource_changes::has(const resource_address& what) const {
  if (is_everything)
    return true;
  switch (what.kind) {
  case resource_kind::session:
    return has_session;
  case resource_kind::participants:
    return has_participants;
  case resource_kind::intents:
    return has_intents;
  case resource_kind::conflicts:
    return has_conflicts;
  case resource_kind::file:
    return !path.empty() && path == what.path;
  }
  return false;
}

resource_changes changes_of(const event& what) {
  return std::visit(reader_of_changes{}, what);
}

void subscriptions::open(stream what) {
  auto key = json::serialize(what.id);
  streams_.insert_or_assign(std::move(key), std::move(what));
}

bool subscriptions::close(const json::value& id) {
  return streams_.erase(json::serialize(id)) != 0;
}

std::vector<subscriptions::stream> subscriptions::close_all() {
  std::vector<stream> all;
  for (auto& [key, each] : std::exchange(streams_, {}))
    all.push_back(std::move(each));
  return all;
}

bool subscriptions::is_changed(const std::string& uri, const resource_changes& by) const {
  const auto what = resource_at(uri, session_);
  return what && by.has(*what);
}

std::vector<json::object> subscriptions::notifications_of(const event& what) {
  const auto changes = changes_of(what);
  const bool is_new_file = changes.is_everything || (!changes.path.empty() && known_paths_.insert(changes.path).second);
  std::vector<json::object> made;
  if (is_new_file && tells_lists_)
    made.push_back(notification(list_changed, {}));
  for (const auto& uri : subscribed_)
    if (is_changed(uri, changes))
      made.push_back(notification(updated, {{"uri", uri}}));
  for (const auto& [key, each] : streams_) {
    if (is_new_file && each.wants_lists)
      made.push_back(notification(list_changed, {{"_meta", meta_of_stream(each.id)}}));
    for (const auto& uri : each.uris)
      if (is_changed(uri, changes))
        made.push_back(notification(updated, {{"uri", uri}, {"_meta", meta_of_stream(each.id)}}));
  }
  return made;
}

json::object meta_of_stream(const json::value& id) {
  return {{"io.modelcontextprotocol/subscriptionId", id}};
}

} // namespace mpac::client::mcp
