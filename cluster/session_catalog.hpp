// Which sessions there may be and how each begins: what the configuration and the admin API have said about them.
#pragma once

#include "actors/registry.hpp"
#include "base/result.hpp"
#include "cluster/workspace_loader.hpp"
#include "config/settings.hpp"
#include "protocol/session.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::cluster {

/// Workspaces by the directory they were loaded from.
using workspaces = std::map<std::string, protocol::file_table, std::less<>>;

/// What participants are told of this hub's own security: it becomes part of every policy.
struct security_facts {
  std::vector<std::string> auth_mechanisms;
  std::string custom_credential_format;
  std::string coordinator_certificate; ///< PEM; empty: nothing is signed
  std::string coordinator_key;         ///< its id
};

/// Loads each directory that the configuration names as a workspace once, blocking. Adds to `warnings` a sentence for
/// each file that is not shared.
[[nodiscard]] base::result<workspaces, load_error> load_workspaces(const config::settings& all,
                                                                   std::vector<std::string>& warnings);

/// Thread-safe. Every session starts with the workspace of `[session]` or its own of `[sessions.<id>]`; each gets a
/// copy that shares memory until somebody commits.
class session_catalog {
public:
  session_catalog(const config::settings& all, workspaces loaded, security_facts security = {});

  /// New policies, limits and workspaces for sessions made from now on. Follow it with a `refresh_policies` made of
  /// `policy_for_running`.
  void change(const config::settings& all, workspaces loaded, security_facts security = {});

  /// The session that the path of an upgrade leads to: the only one in single-session mode, whatever the path.
  [[nodiscard]] std::optional<protocol::session_id> session_of(std::string_view target) const;

  /// Whether letters to a session are read strictly (`session.strict`).
  [[nodiscard]] bool is_strict(const protocol::session_id& id) const;
  /// Another number than before whenever the answer may be another. Never waits.
  [[nodiscard]] std::uint64_t strictness_edition() const noexcept { return strictness_edition_; }

  /// The policy new sessions of the admin API start from.
  [[nodiscard]] protocol::shared_policy base_policy() const;

  /// A policy that somebody has written, with what holds of this hub's security today.
  [[nodiscard]] protocol::shared_policy of_today(const protocol::shared_policy& written) const;

  /// Notes that the operator wants this session, with this policy. False when it has been noted already.
  bool reserve(const protocol::session_id& id, protocol::shared_policy policy);
  /// Takes back a reservation that came to nothing.
  void release(const protocol::session_id& id, const protocol::shared_policy& policy);

  /// How a session begins that is in no memory and no store; nothing when nobody may make it. With
  /// `create = "admin"` that is every session but the only one, the configured ones and the reserved ones.
  [[nodiscard]] std::optional<protocol::session_origin> origin_of(const protocol::session_id& id);

  /// Whether the configuration or the admin API has spoken of a session of this name: it is there for those it was made
  /// for, and not for want of anybody who enters it.
  [[nodiscard]] bool is_named(const protocol::session_id& id) const;

  /// How a session of this name would begin, whether it may or not; nothing is noted.
  [[nodiscard]] protocol::session_origin surroundings_of(const protocol::session_id& id) const;

  /// The policy that a running session goes on with after `change`: the new one, but what the session was founded on
  /// stays. Sessions of the admin API keep their own.
  [[nodiscard]] protocol::shared_policy policy_for_running(const protocol::session_id& id);

  /// The policy of a session that comes out of the store: its own where the operator made it with one; else what
  /// today's configuration says, but what the session was founded on stays.
  [[nodiscard]] protocol::shared_policy policy_for_resumed(const protocol::session& facts);
  /// A session has left memory: what it takes to know of it is in the store, as long as that keeps it. Of one that is
  /// over nothing stays here: its name is free once the store has dropped it, also for the operator.
  void forget(const protocol::session_id& id, bool is_over = false);

  /// `origin_of` for the registry. The catalog must outlive it.
  [[nodiscard]] actors::session_source source();

private:
  /// One reading of the configuration.
  struct edition {
    edition(const config::settings& from, workspaces loaded, security_facts known);
    std::string only;
    config::session_creation create;
    protocol::session_limits limits;
    config::policy_book policies;
    std::string directory;                                       ///< of `[session]`
    std::map<std::string, std::string, std::less<>> directories; ///< of `[sessions.<id>]`
    workspaces loaded;
    security_facts security;

    [[nodiscard]] protocol::shared_policy of_today(const protocol::shared_policy& written) const;
    [[nodiscard]] bool names(std::string_view id) const { return id == only || directories.contains(id); }
    [[nodiscard]] const std::string& directory_of(std::string_view id) const;
    [[nodiscard]] protocol::session_origin origin_of(const protocol::session_id& id) const;
  };
  struct founding {
    protocol::shared_policy policy;
    bool by_operator = false; ///< through the admin API
  };

  /// What becomes of a running policy when the configuration says `fresh`. With the lock.
  [[nodiscard]] protocol::shared_policy carried(const protocol::shared_policy& running,
                                                const protocol::shared_policy& fresh);

  mutable std::mutex guard_;
  std::atomic<std::uint64_t> strictness_edition_{0};
  edition now_;
  std::unordered_map<protocol::session_id, founding> founded_;
  // Sessions that shared a policy before a change share one after it: carried_[{running, fresh}].
  std::map<std::pair<protocol::shared_policy, protocol::shared_policy>, protocol::shared_policy> carried_;
};

} // namespace mpac::cluster
