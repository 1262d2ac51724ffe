// Who holds what: a session as one participant knows it from what it has heard. A plain value.
#pragma once

#include "client/event.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client {

struct known_participant {
  protocol::principal_id principal_id;
  std::string display_name;
  std::vector<std::string> roles;
  bool is_available = true;
};

/// An intent that has not ended.
struct known_intent {
  protocol::intent_id intent_id;
  protocol::principal_id principal_id;
  std::string objective;
  protocol::scope scope;
  bool is_suspended = false;                        ///< its owner is lost, or has left it to whoever claims it
  std::optional<protocol::principal_id> claimed_by; ///< somebody waits to take it over
  base::instant expires_at = base::never;           ///< by its TTL and this machine's clock; `never`: not known
  bool is_overdue = false; ///< past `expires_at`: nobody tells when an intent's time is over, so it counts no more
};

/// A conflict that is not settled.
struct known_conflict {
  protocol::conflict_id conflict_id;
  std::string category, severity, description;
  std::vector<protocol::intent_id> intents;
  std::vector<protocol::op_id> operations;
  std::vector<protocol::principal_id> parties;
  std::optional<protocol::principal_id> escalated_to;
};

/// Kept from events, and made anew from the coordinator's summary where events are missing. What it says of others is
/// as old as the last frame; the coordinator alone decides (SPEC 8.1.1.1). Not for several threads at once.
class session_view {
public:
  explicit session_view(protocol::principal_id me) : me_(std::move(me)) {}

  [[nodiscard]] const protocol::principal_id& me() const noexcept { return me_; }
  [[nodiscard]] const std::optional<protocol::session_info>& info() const noexcept { return info_; }

  using participants_by_id = std::map<protocol::principal_id, known_participant>;
  using intents_by_id = std::map<protocol::intent_id, known_intent>;
  using conflicts_by_id = std::map<protocol::conflict_id, known_conflict>;
  using refs_by_path = std::map<std::string, std::string, std::less<>>;

  [[nodiscard]] const participants_by_id& participants() const noexcept { return participants_; }
  [[nodiscard]] const intents_by_id& intents() const noexcept { return intents_; }
  [[nodiscard]] const conflicts_by_id& conflicts() const noexcept { return conflicts_; }
  /// State refs of files that somebody has listed, read or written here, or that a commit has moved.
  [[nodiscard]] const refs_by_path& files() const noexcept { return files_; }

  /// One's own live intents. Like all that follow, without those that are overdue.
  [[nodiscard]] std::vector<const known_intent*> mine() const;
  /// Other people's live intents that this scope may overlap, certain ones first.
  [[nodiscard]] std::vector<const known_intent*> others_on(const protocol::scope& scope) const;
  /// Other people's live intents that hold this target of an operation.
  [[nodiscard]] std::vector<const known_intent*> others_holding(std::string_view target) const;
  /// Open conflicts this participant is a party to.
  [[nodiscard]] std::vector<const known_conflict*> my_conflicts() const;

  /// A summary has been taken in: all that was there before this participant came is known.
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

  /// Takes in what happened `now`.
  void take(const event& what, base::instant now);
  /// Takes in how the session stands.
  void take(const protocol::session_overview& all);
  void take(const protocol::file_list_response& files);
  void take(const protocol::file_content& file);

  /// Looks which intents are overdue. They stay a while, for what is said of them still, and are then forgotten; or
  /// not, where the coordinator lets no intent run out and its owner may speak of it for ever.
  void look(base::instant now, bool forgets = true);

  /// What a message refers to that should be known and is not: evidence of missed frames (SPEC 12.8). Asked before
  /// `take`; nothing before the view is whole.
  [[nodiscard]] std::optional<std::string> missing_in(const protocol::message_body& said) const;

private:
  struct reader;

  protocol::principal_id me_;
  std::optional<protocol::session_info> info_;
  participants_by_id participants_;
  intents_by_id intents_;
  conflicts_by_id conflicts_;
  refs_by_path files_;
  double default_ttl_ = 0; // seconds, of the session's policy; 0: not known
  bool is_whole_ = false;
};

} // namespace mpac::client
