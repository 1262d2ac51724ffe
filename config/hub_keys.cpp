#include "config/key.hpp"
#include "config/key_rules.hpp"

namespace mpac::config {
namespace {

using enum taking_effect;
using node_ = node_settings;
using listen_ = listen_settings;
using tls_ = tls_settings;
using admin_ = admin_settings;
using admin_tls_ = admin_tls_settings;
using limits_ = limits_settings;
using store_ = store_settings;
using log_ = log_settings;
using session_ = session_settings;
using auth_ = auth_settings;
using jwt_ = jwt_settings;
using webhook_ = webhook_settings;
using coordinator_ = coordinator_settings;
using privacy_ = privacy_settings;
using all = settings;

constexpr rule port = between(0, 65'535);
constexpr rule threads = between(0, 1'024);

// clang-format off
constexpr key<settings> table[] = {
  //  member                                                     name                           takes                       when
  row<&all::node, &node_::name>                                 ("node.name",                    not_empty,                  at_start),
  row<&all::node, &node_::data_dir>                             ("node.data_dir",                not_empty,                  at_start),

  row<&all::listen, &listen_::address>                          ("listen.address",               not_empty,                  at_start),
  row<&all::listen, &listen_::port>                             ("listen.port",                  port,                       at_start),
  row<&all::listen, &listen_::threads>                          ("listen.threads",               threads,                    at_start),
  row<&all::listen, &listen_::workers>                          ("listen.workers",               threads,                    at_start),
  row<&all::listen, &listen_::max_connections>                  ("listen.max_connections",       between(1, 10'000'000),     while_running),
  row<&all::listen, &listen_::max_message_bytes>                ("listen.max_message_bytes",     between(128, 1'073'741'824), while_running),
  row<&all::listen, &listen_::handshake_timeout>                ("listen.handshake_timeout_sec", always_timer,               while_running),
  row<&all::listen, &listen_::hello_timeout>                    ("listen.hello_timeout_sec",     timer,                      while_running),
  row<&all::listen, &listen_::ping_interval>                    ("listen.ping_interval_sec",     timer,                      while_running),
  row<&all::listen, &listen_::compression>                      ("listen.compression",           any,                        at_start),
  row<&all::listen, &listen_::allowed_origins>                  ("listen.allowed_origins",       origin_or_all,              while_running),
  row<&all::listen, &listen_::tls, &tls_::cert_file>            ("listen.tls.cert_file",         any,                        while_running),
  row<&all::listen, &listen_::tls, &tls_::key_file>             ("listen.tls.key_file",          any,                        while_running),
  row<&all::listen, &listen_::tls, &tls_::client_ca_file>       ("listen.tls.client_ca_file",    any,                        while_running),
  row<&all::listen, &listen_::tls, &tls_::require_client_cert>  ("listen.tls.require_client_cert", any,                      while_running),
  row<&all::listen, &listen_::tls, &tls_::ask_client_cert>      ("listen.tls.ask_client_cert",   any,                        while_running),
  row<&all::listen, &listen_::tls, &tls_::min_version>          ("listen.tls.min_version",       any,                        while_running),

  row<&all::admin, &admin_::enabled>                            ("admin.enabled",                any,                        at_start),
  row<&all::admin, &admin_::address>                            ("admin.address",                not_empty,                  at_start),
  row<&all::admin, &admin_::port>                               ("admin.port",                   port,                       at_start),
  row<&all::admin, &admin_::token_file>                         ("admin.token_file",             any,                        while_running),
  row<&all::admin, &admin_::tls, &admin_tls_::cert_file>        ("admin.tls.cert_file",          any,                        while_running),
  row<&all::admin, &admin_::tls, &admin_tls_::key_file>         ("admin.tls.key_file",           any,                        while_running),

  row<&all::limits, &limits_::messages_per_sec>                 ("limits.messages_per_sec",      between(0, 1e9),            while_running),
  row<&all::limits, &limits_::burst>                            ("limits.burst",                 between(1, most_32),        while_running),
  row<&all::limits, &limits_::outbox_bytes>                     ("limits.outbox_bytes",          between(1'024, 1'099'511'627'776.0), while_running),
  row<&all::limits, &limits_::participants_per_session>         ("limits.participants_per_session", count,                   while_running),
  row<&all::limits, &limits_::sessions>                         ("limits.sessions",              count,                      while_running),
  row<&all::limits, &limits_::intents_per_participant>          ("limits.intents_per_participant", count,                    while_running),
  row<&all::limits, &limits_::failed_hellos_per_address>        ("limits.failed_hellos_per_address", count,                  while_running),
  row<&all::limits, &limits_::principal_messages_per_sec>       ("limits.principal_messages_per_sec", between(0, 1e9),       while_running),
  row<&all::limits, &limits_::sessions_per_tenant>              ("limits.sessions_per_tenant",   count,                      while_running),
  row<&all::limits, &limits_::connections_per_address>          ("limits.connections_per_address", count,                    while_running),
  row<&all::limits, &limits_::handshakes_per_address>           ("limits.handshakes_per_address_per_sec", between(0, 1e6),   while_running),

  row<&all::store, &store_::engine>                             ("store.engine",                 any,                        at_start),
  row<&all::store, &store_::sync>                               ("store.sync",                   any,                        at_start),
  row<&all::store, &store_::sync_interval>                      ("store.sync_interval_sec",      between(shortest, 3'600),   at_start),
  row<&all::store, &store_::idle_unload>                        ("store.idle_unload_sec",        timer,                      while_running),

  row<&all::log, &log_::level>                                  ("log.level",                    any,                        while_running),
  row<&all::log, &log_::format>                                 ("log.format",                   any,                        at_start),
  row<&all::log, &log_::file>                                   ("log.file",                     any,                        at_start),

  row<&all::session, &session_::id>                             ("session.id",                   session_id_or_empty,        at_start),
  row<&all::session, &session_::workspace_dir>                  ("session.workspace_dir",        any,                        in_new_sessions),
  row<&all::session, &session_::create>                         ("session.create",               any,                        while_running),

  row<&all::auth, &auth_::api_keys_file>                        ("auth.api_keys_file",           any,                        while_running),
  row<&all::auth, &auth_::jwt, &jwt_::issuer>                   ("auth.jwt.issuer",              any,                        while_running),
  row<&all::auth, &auth_::jwt, &jwt_::audience>                 ("auth.jwt.audience",            any,                        while_running),
  row<&all::auth, &auth_::jwt, &jwt_::keys_file>                ("auth.jwt.keys_file",           any,                        while_running),
  row<&all::auth, &auth_::jwt, &jwt_::principal_claim>          ("auth.jwt.principal_claim",     not_empty,                  while_running),
  row<&all::auth, &auth_::jwt, &jwt_::roles_claim>              ("auth.jwt.roles_claim",         not_empty,                  while_running),
  row<&all::auth, &auth_::jwt, &jwt_::sessions_claim>           ("auth.jwt.sessions_claim",      not_empty,                  while_running),
  row<&all::auth, &auth_::jwt, &jwt_::tenant_claim>             ("auth.jwt.tenant_claim",        not_empty,                  while_running),
  row<&all::auth, &auth_::jwt, &jwt_::leeway>                   ("auth.jwt.leeway_sec",          between(0, 3'600),          while_running),
  row<&all::auth, &auth_::mtls_fingerprints_file>               ("auth.mtls.fingerprints_file",  any,                        while_running),
  row<&all::auth, &auth_::x509_trust_anchors_file>              ("auth.x509.trust_anchors_file", any,                        while_running),
  row<&all::auth, &auth_::x509_crl_file>                        ("auth.x509.crl_file",           any,                        while_running),
  row<&all::auth, &auth_::webhook, &webhook_::url>              ("auth.webhook.url",             http_url_or_empty,          while_running),
  row<&all::auth, &auth_::webhook, &webhook_::timeout>          ("auth.webhook.timeout_sec",     between(shortest, 60),      while_running),
  row<&all::auth, &auth_::webhook, &webhook_::cache>            ("auth.webhook.cache_sec",       between(0, 86'400),         while_running),
  row<&all::auth, &auth_::webhook, &webhook_::ca_file>          ("auth.webhook.ca_file",         any,                        while_running),
  row<&all::auth, &auth_::webhook, &webhook_::format>           ("auth.webhook.format",          any,                        while_running),

  row<&all::coordinator, &coordinator_::key_file>               ("coordinator.key_file",         any,                        at_start),
  row<&all::coordinator, &coordinator_::certificate_file>       ("coordinator.certificate_file", any,                        at_start),
  row<&all::coordinator, &coordinator_::previous_certificate_file>("coordinator.previous_certificate_file", any,             at_start),

  row<&all::privacy, &privacy_::redact>                         ("privacy.redact",               member_of_payload,          while_running),
};
// clang-format on

} // namespace

std::span<const key<settings>> hub_keys() {
  return table;
}

} // namespace mpac::config
