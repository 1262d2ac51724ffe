// Who wants to be told when which resources change.
#pragma once

#include "client/event.hpp"
#include "client/mcp/json.hpp"
#include "client/mcp/resource_uri.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mpac::client::mcp {

/// What an event changes.
struct resource_changes {
  bool is_everything = false; ///< what changed is not known
  bool has_session = false, has_participants = false, has_intents = false, has_conflicts = false;
  std::string path = {}; ///< of a file

  [[nodiscard]] bool has(const resource_address& what) const;
};
[[nodiscard]] resource_changes changes_of(const event& what);

/// `resources/subscribe` of the revisions with a handshake, and the streams of `subscriptions/listen` since. A value.
class subscriptions {
public:
  /// One stream: what it was asked for.
  struct stream {
    json::value id; ///< of the request that opened it
    std::set<std::string> uris;
    bool wants_lists = false; ///< to hear when there are other resources than before
  };

  explicit subscriptions(protocol::session_id session) : session_(std::move(session)) {}

  void subscribe(std::string uri) { subscribed_.insert(std::move(uri)); }
  void unsubscribe(const std::string& uri) { subscribed_.erase(uri); }
  /// A client with a handshake has begun: it hears of new resources without asking.
  void tell_lists() noexcept { tells_lists_ = true; }

  [[nodiscard]] std::size_t streams() const noexcept { return streams_.size(); }
  void open(stream what);
  /// False if there is none of that id.
  bool close(const json::value& id);
  [[nodiscard]] std::vector<stream> close_all();

  /// The notifications that an event leads to.
  [[nodiscard]] std::vector<json::object> notifications_of(const event& what);

private:
  [[nodiscard]] bool is_changed(const std::string& uri, const resource_changes& by) const;

  protocol::session_id session_;
  std::set<std::string> subscribed_;
  bool tells_lists_ = false;
  std::map<std::string, stream> streams_; ///< by their id as JSON text
  std::set<std::string> known_paths_;
};

/// The `_meta` of all that belongs to a stream.
[[nodiscard]] json::object meta_of_stream(const json::value& id);

} // namespace mpac::client::mcp
