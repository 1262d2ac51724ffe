// Everything an operator can decide about a hub, as plain values; cluster.toml beside this file explains each key.
#pragma once

#include "base/clock.hpp"
#include "protocol/policy.hpp"
#include "protocol/word.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

enum class session_creation { implicit, admin_only };
enum class store_engine { rocksdb, memory };
enum class store_sync { commit, interval, none };
enum class log_level { trace, debug, info, warn, error };
enum class log_format { text, json };
enum class tls_version { v1_2, v1_3 };

struct node_settings {
  std::string name = "hub-1";
  std::string data_dir = "mpac-data"; ///< made if missing

  friend bool operator==(const node_settings&, const node_settings&) = default;
};

/// wss:// when `cert_file` is set; the files are PEM.
struct tls_settings {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file; ///< set: client certificates are asked for and verified
  bool require_client_cert = false;
  bool ask_client_cert = false; ///< without `client_ca_file`: certificates are asked for, anybody's are taken
  tls_version min_version = tls_version::v1_3;

  friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

struct listen_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8766; ///< 0: any free port
  std::uint32_t threads = 0; ///< I/O threads; 0: one per core
  std::uint32_t workers = 0; ///< actor threads; 0: one per core
  std::uint32_t max_connections = 100'000;
  std::uint32_t max_message_bytes = 1'048'576;
  base::duration handshake_timeout = std::chrono::seconds{10};
  base::duration hello_timeout = std::chrono::seconds{30}; ///< zero: never
  base::duration ping_interval = std::chrono::seconds{30}; ///< zero: no pings, no idle check
  bool compression = false;
  std::vector<std::string> allowed_origins; ///< of browsers' pages, "https://app.example"; "*": all
  tls_settings tls;

  friend bool operator==(const listen_settings&, const listen_settings&) = default;
};

/// https:// when `cert_file` is set; the files are PEM.
struct admin_tls_settings {
  std::string cert_file;
  std::string key_file;

  friend bool operator==(const admin_tls_settings&, const admin_tls_settings&) = default;
};

struct admin_settings {
  bool enabled = true;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8767; ///< 0: any free port
  std::string token_file;    ///< set: admin API calls carry the token
  admin_tls_settings tls;

  friend bool operator==(const admin_settings&, const admin_settings&) = default;
};

/// Zero means unlimited, except for `burst` and `outbox_bytes`.
struct limits_settings {
  double messages_per_sec = 0; ///< per connection
  std::uint32_t burst = 100;   ///< messages
  std::uint64_t outbox_bytes = 4'194'304;
  std::uint32_t participants_per_session = 0;
  std::uint32_t sessions = 0;
  std::uint32_t intents_per_participant = 0;    ///< active at once
  std::uint32_t failed_hellos_per_address = 10; ///< in a minute
  double principal_messages_per_sec = 0;        ///< over all connections of one; beyond the open profile
  std::uint32_t sessions_per_tenant = 0;        ///< in memory
  std::uint32_t connections_per_address = 0;    ///< IPv6: per /64
  double handshakes_per_address = 0;            ///< a second, in the long run

  friend bool operator==(const limits_settings&, const limits_settings&) = default;
};

struct store_settings {
  store_engine engine = store_engine::rocksdb;
  store_sync sync = store_sync::commit;
  base::duration sync_interval = std::chrono::milliseconds{100};
  base::duration idle_unload = std::chrono::seconds{300}; ///< zero: never

  friend bool operator==(const store_settings&, const store_settings&) = default;
};

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
  std::string file; ///< empty: standard error

  friend bool operator==(const log_settings&, const log_settings&) = default;
};

/// `[session]`: what is the hub's own, and the policy every session starts from.
struct session_settings {
  std::string id;            ///< set: single-session mode
  std::string workspace_dir; ///< empty: no shared workspace from disk
  session_creation create = session_creation::implicit;
  protocol::session_policy policy;

  friend bool operator==(const session_settings&, const session_settings&) = default;
};

/// `[sessions.<id>]`: the whole policy of one session, already derived from `[session]`.
struct named_session_settings {
  std::string workspace_dir;
  protocol::session_policy policy;

  friend bool operator==(const named_session_settings&, const named_session_settings&) = default;
};

struct jwt_settings {
  std::string issuer;
  std::string audience;
  std::string keys_file; ///< JWKS or PEM
  std::string principal_claim = "sub";
  std::string roles_claim = "mpac_roles";
  std::string sessions_claim = "mpac_sessions";
  std::string tenant_claim = "mpac_tenant";
  base::duration leeway = std::chrono::seconds{60};

  friend bool operator==(const jwt_settings&, const jwt_settings&) = default;
};

/// Who judges credentials of the type `custom`, over HTTP.
struct webhook_settings {
  std::string url; ///< http:// or https://; empty: nobody does
  base::duration timeout = std::chrono::seconds{5};
  base::duration cache = std::chrono::seconds{60}; ///< zero: every HELLO is asked about
  std::string ca_file;                             ///< PEM; empty: the system's authorities
  std::string format;                              ///< what a value must look like, for participants

  friend bool operator==(const webhook_settings&, const webhook_settings&) = default;
};

struct auth_settings {
  std::string api_keys_file;
  jwt_settings jwt;
  std::string mtls_fingerprints_file;
  std::string x509_trust_anchors_file; ///< PEM
  std::string x509_crl_file;           ///< PEM
  webhook_settings webhook;

  friend bool operator==(const auth_settings&, const auth_settings&) = default;
};

/// Whom the hub speaks as, in sessions of the verified profile; PEM files, made by `mpac-cluster --generate-key`.
struct coordinator_settings {
  std::string key_file; ///< readable by its owner alone
  std::string certificate_file;
  std::string previous_certificate_file; ///< what it signed with before: exported with transcripts; empty: nothing

  friend bool operator==(const coordinator_settings&, const coordinator_settings&) = default;
};

/// What leaves the hub without its content, in transcripts, snapshots and logs (SPEC 24).
struct privacy_settings {
  std::vector<std::string> redact; ///< members of payloads, "payload.summary"

  friend bool operator==(const privacy_settings&, const privacy_settings&) = default;
};

/// The whole configuration; the default value is the shipped cluster.toml.
struct settings {
  node_settings node;
  listen_settings listen;
  admin_settings admin;
  limits_settings limits;
  store_settings store;
  log_settings log;
  session_settings session;
  std::map<std::string, named_session_settings, std::less<>> sessions; ///< by session id
  auth_settings auth;
  coordinator_settings coordinator;
  privacy_settings privacy;

  friend bool operator==(const settings&, const settings&) = default;
};

/// The policies of a configuration, each made once so that sessions can share it.
class policy_book {
public:
  explicit policy_book(const settings& from);

  /// The policy a session of this id starts with. Thread-safe.
  [[nodiscard]] const protocol::shared_policy& of(std::string_view session_id) const;
  /// The policy of `[session]` alone.
  [[nodiscard]] const protocol::shared_policy& base() const { return base_; }

private:
  protocol::shared_policy base_;
  std::map<std::string, protocol::shared_policy, std::less<>> named_;
};

/// The directory a session's workspace is loaded from; empty: none.
[[nodiscard]] std::string_view workspace_of(const settings& all, std::string_view session_id);

/// True for 1 to 128 characters of `A-Za-z0-9._~:@-`: what may stand in `/session/<id>` and name `[sessions.<id>]`.
[[nodiscard]] bool is_session_id(std::string_view text);

} // namespace mpac::config

namespace mpac::protocol {

template <>
struct word_list<config::session_creation> : closed_list {
  static constexpr auto words = words_in_order<config::session_creation>("implicit", "admin");
};
template <>
struct word_list<config::store_engine> : closed_list {
  static constexpr auto words = words_in_order<config::store_engine>("rocksdb", "memory");
};
template <>
struct word_list<config::store_sync> : closed_list {
  static constexpr auto words = words_in_order<config::store_sync>("commit", "interval", "none");
};
template <>
struct word_list<config::log_level> : closed_list {
  static constexpr auto words = words_in_order<config::log_level>("trace", "debug", "info", "warn", "error");
};
template <>
struct word_list<config::tls_version> : closed_list {
  static constexpr auto words = words_in_order<config::tls_version>("1.2", "1.3");
};
template <>
struct word_list<config::log_format> : closed_list {
  static constexpr auto words = words_in_order<config::log_format>("text", "json");
};

} // namespace mpac::protocol
