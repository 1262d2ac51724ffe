#include "config/warnings.hpp"

#include "base/host_and_port.hpp"
#include "config/key.hpp"

#include <algorithm>
#include <utility>

namespace mpac::config {
namespace {

void about_doubts(const settings& all, std::vector<std::string>& out) {
  const auto tell = [&](const std::string& where, const protocol::session_policy& policy) {
    for (const auto doubt : protocol::doubts(policy))
      out.push_back(where + std::string{doubt});
  };
  tell("session: ", all.session.policy);
  const auto usual = protocol::doubts(all.session.policy);
  for (const auto& [id, session] : all.sessions)
    if (protocol::doubts(session.policy) != usual)
      tell("sessions." + to_toml_name(id) + ": ", session.policy);
}

bool judges_credentials(const auth_settings& by) {
  return !by.api_keys_file.empty() || !by.jwt.keys_file.empty() || !by.mtls_fingerprints_file.empty() ||
         !by.x509_trust_anchors_file.empty() || !by.webhook.url.empty();
}

bool has_session_of(const settings& all, protocol::security_profile profile) {
  if (all.session.policy.security_profile == profile)
    return true;
  for (const auto& [id, session] : all.sessions)
    if (session.policy.security_profile == profile)
      return true;
  return false;
}

/// Whether what is sent to a URL goes over a network where everybody on the way can read it.
bool is_in_clear(std::string_view url) {
  constexpr std::string_view plain = "http://";
  if (!url.starts_with(plain))
    return false;
  url.remove_prefix(plain.size());
  const auto whom = base::host_and_port::of(url.substr(0, url.find_first_of("/?")), base::usual_port(false));
  return whom && !base::is_this_machine(whom->host);
}

bool is_in_clear(const std::string& address, const std::string& certificate) {
  return certificate.empty() && !base::is_this_machine(address);
}

struct advice {
  const char* text;
  bool (*fits)(const settings&);
};

constexpr advice advices[] = {
    {"session.liveness.unavailability_timeout_sec is not longer than heartbeat_interval_sec: participants that keep to "
     "the interval will be taken for unavailable",
     [](const settings& s) {
       return s.session.policy.liveness.unavailability_timeout <= s.session.policy.liveness.heartbeat_interval;
     }},
    {"limits.outbox_bytes is smaller than listen.max_message_bytes: the largest messages can never be delivered",
     [](const settings& s) { return s.limits.outbox_bytes < s.listen.max_message_bytes; }},
    {"session.create = \"admin\" while admin.enabled = false: nobody can make a session",
     [](const settings& s) {
       return s.session.create == session_creation::admin_only && !s.admin.enabled && s.session.id.empty() &&
              s.sessions.empty();
     }},
    {"security_profile = \"authenticated\" while [auth] names no way to judge a credential: nobody can join",
     [](const settings& s) {
       return has_session_of(s, protocol::security_profile::authenticated) && !judges_credentials(s.auth);
     }},
    {"security_profile = \"verified\" without auth.x509.trust_anchors_file: nobody can join",
     [](const settings& s) {
       return has_session_of(s, protocol::security_profile::verified) && s.auth.x509_trust_anchors_file.empty();
     }},
    {"auth.mtls.fingerprints_file without listen.tls.client_ca_file or ask_client_cert: no client is asked for a "
     "certificate",
     [](const settings& s) {
       return !s.auth.mtls_fingerprints_file.empty() && s.listen.tls.client_ca_file.empty() &&
              !s.listen.tls.ask_client_cert;
     }},
    {"auth.webhook.url begins with http:// and leads to another machine: credentials go there unencrypted",
     [](const settings& s) { return is_in_clear(s.auth.webhook.url); }},
    {"listen.address can be reached by others without listen.tls.cert_file: credentials come unencrypted",
     [](const settings& s) {
       return is_in_clear(s.listen.address, s.listen.tls.cert_file) && judges_credentials(s.auth);
     }},
    {"admin.address can be reached by others without admin.tls.cert_file: the token comes unencrypted",
     [](const settings& s) {
       return s.admin.enabled && is_in_clear(s.admin.address, s.admin.tls.cert_file) && !s.admin.token_file.empty();
     }},
    {"admin.address can be reached by others without admin.token_file: they may do all that the admin API can do",
     [](const settings& s) {
       return s.admin.enabled && !base::is_this_machine(s.admin.address) && s.admin.token_file.empty();
     }},
};

/// Something that keeps others out or from reading along.
struct protection {
  const char* loss;
  bool (*holds)(const settings&);
};

constexpr protection protections[] = {
    {"listen.tls.cert_file is empty now: whoever comes from now on speaks without TLS, unencrypted",
     [](const settings& s) { return !s.listen.tls.cert_file.empty(); }},
    {"listen.tls.require_client_cert is off now: whoever comes from now on needs no certificate",
     [](const settings& s) { return s.listen.tls.require_client_cert; }},
    {"admin.tls.cert_file is empty now: the admin listener speaks without TLS, unencrypted",
     [](const settings& s) { return !s.admin.enabled || !s.admin.tls.cert_file.empty(); }},
    {"admin.token_file is empty now: whoever reaches the admin listener may do all that the admin API can do",
     [](const settings& s) { return !s.admin.enabled || !s.admin.token_file.empty(); }},
};

} // namespace

std::vector<std::string> warnings(const settings& all) {
  std::vector<std::string> out;
  about_doubts(all, out);
  for (const advice& each : advices)
    if (each.fits(all))
      out.emplace_back(each.text);
  return out;
}

std::vector<std::string> new_warnings(const settings& before, const settings& now) {
  std::vector<std::string> out;
  for (const protection& each : protections)
    if (each.holds(before) && !each.holds(now))
      out.emplace_back(each.loss);
  const auto known = warnings(before);
  for (auto& each : warnings(now))
    if (std::find(known.begin(), known.end(), each) == known.end())
      out.push_back(std::move(each));
  return out;
}

} // namespace mpac::config
