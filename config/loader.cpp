#include "config/loader.hpp"

#include "config/binder.hpp"
#include "config/policy_request.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

namespace mpac::config {
namespace {

constexpr const char* named_sessions = "sessions";

std::string lowered(std::string text) {
  for (char& c : text)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// Binds the sources in order and keeps their trees; what is no tree is a mistake.
std::vector<node> bind_sources(const sources& from, binder& by) {
  std::vector<node> trees;
  const auto add = [&](base::result<node, problem> tree) {
    if (!tree) {
      by.found().push_back(tree.error());
      return;
    }
    by.bind(*tree);
    trees.push_back(*std::move(tree));
  };
  if (from.file)
    add(parse_toml(from.file->text, {origin::kind::file, from.file->name}));
  for (const auto& [name, value] : from.environment)
    add(from_variable(name, value));
  for (const std::string& argument : from.sets)
    add(from_argument(argument));
  return trees;
}

using overrides_by_session = std::map<std::string, std::vector<const node*>, std::less<>>;

/// A variable cannot spell capitals: it means the session of the file whose name differs in letter case alone.
std::string session_meant(const overrides_by_session& known, const member& one) {
  if (one.named_at.from == origin::kind::environment)
    for (const auto& [id, trees] : known)
      if (lowered(id) == one.name)
        return id;
  return one.name;
}

overrides_by_session find_sessions(const std::vector<node>& trees, problems& found) {
  overrides_by_session sessions;
  for (const node& tree : trees)
    for (const member& section : *tree.as_table()) {
      if (section.name != named_sessions)
        continue;
      const node::table* members = section.content.as_table();
      if (!members) {
        found.push_back({section.content.where, named_sessions, "must be a section of session ids", ""});
        continue;
      }
      for (const member& one : *members) {
        const std::string shown = std::string{named_sessions} + '.' + to_toml_name(one.name);
        if (!is_session_id(one.name))
          found.push_back({one.named_at, shown, "is no session id (1 to 128 of A-Z a-z 0-9 . _ ~ : @ -)", ""});
        else if (!one.content.as_table())
          found.push_back({one.content.where, shown, "must be a section, not " + std::string{one.content.kind()}, ""});
        else
          sessions[session_meant(sessions, one)].push_back(&one.content);
      }
    }
  return sessions;
}

constexpr key<named_session_settings> named_session_keys[] = {
    row<&named_session_settings::workspace_dir>(workspace_key, rule{}, taking_effect::in_new_sessions)};

void load_session(const std::string& id, const std::vector<const node*>& trees, settings& all, problems& found) {
  named_session_settings session{all.session.workspace_dir, all.session.policy};
  const std::string prefix = std::string{named_sessions} + '.' + to_toml_name(id) + '.';
  binder by{prefix};
  by.accept("", policy_keys(), session.policy);
  by.accept("", std::span<const key<named_session_settings>>{named_session_keys}, session);
  for (const char* name : {"id", "create"})
    by.refuse(name, "can be set for the whole hub only, in [session]");
  derive_policy(session.policy, trees, by);
  tell_contradictions(session.policy, "", prefix, by);
  found.insert(found.end(), by.found().begin(), by.found().end());
  all.sessions.insert_or_assign(id, std::move(session));
}

struct hub_law {
  const char* key;
  const char* other;
  const char* message;
  bool (*broken)(const settings&);
};

bool has_verified_session(const settings& all) {
  const auto is_verified = [](const protocol::session_policy& policy) {
    return policy.security_profile == protocol::security_profile::verified;
  };
  return is_verified(all.session.policy) || std::any_of(all.sessions.begin(), all.sessions.end(), [&](const auto& one) {
           return is_verified(one.second.policy);
         });
}

constexpr hub_law hub_laws[] = {
    {"session.security_profile", "coordinator.key_file", "\"verified\" needs coordinator.key_file (SPEC 23.1.3.1)",
     [](const settings& s) { return has_verified_session(s) && s.coordinator.key_file.empty(); }},
    {"listen.tls.cert_file", "listen.tls.key_file", "needs listen.tls.key_file",
     [](const settings& s) { return !s.listen.tls.cert_file.empty() && s.listen.tls.key_file.empty(); }},
    {"listen.tls.key_file", "listen.tls.cert_file", "needs listen.tls.cert_file",
     [](const settings& s) { return !s.listen.tls.key_file.empty() && s.listen.tls.cert_file.empty(); }},
    {"listen.tls.client_ca_file", "listen.tls.cert_file", "needs listen.tls.cert_file",
     [](const settings& s) { return !s.listen.tls.client_ca_file.empty() && s.listen.tls.cert_file.empty(); }},
    {"listen.tls.require_client_cert", "listen.tls.client_ca_file", "needs listen.tls.client_ca_file",
     [](const settings& s) { return s.listen.tls.require_client_cert && s.listen.tls.client_ca_file.empty(); }},
    {"auth.jwt.keys_file", "auth.jwt.issuer", "needs auth.jwt.issuer",
     [](const settings& s) { return !s.auth.jwt.keys_file.empty() && s.auth.jwt.issuer.empty(); }},
    {"auth.jwt.keys_file", "auth.jwt.audience", "needs auth.jwt.audience",
     [](const settings& s) { return !s.auth.jwt.keys_file.empty() && s.auth.jwt.audience.empty(); }},
    {"auth.x509.crl_file", "auth.x509.trust_anchors_file", "needs auth.x509.trust_anchors_file",
     [](const settings& s) { return !s.auth.x509_crl_file.empty() && s.auth.x509_trust_anchors_file.empty(); }},
    {"auth.webhook.ca_file", "auth.webhook.url", "needs auth.webhook.url to begin with https://",
     [](const settings& s) { return !s.auth.webhook.ca_file.empty() && !s.auth.webhook.url.starts_with("https://"); }},
    {"listen.tls.ask_client_cert", "listen.tls.cert_file", "needs listen.tls.cert_file",
     [](const settings& s) { return s.listen.tls.ask_client_cert && s.listen.tls.cert_file.empty(); }},
    {"admin.tls.cert_file", "admin.tls.key_file", "needs admin.tls.key_file",
     [](const settings& s) { return !s.admin.tls.cert_file.empty() && s.admin.tls.key_file.empty(); }},
    {"admin.tls.key_file", "admin.tls.cert_file", "needs admin.tls.cert_file",
     [](const settings& s) { return !s.admin.tls.key_file.empty() && s.admin.tls.cert_file.empty(); }},
    {"admin.port", "listen.port", "is the agents' port (listen.port) on the same address",
     [](const settings& s) {
       return s.admin.enabled && s.admin.port != 0 && s.admin.port == s.listen.port &&
              s.admin.address == s.listen.address;
     }},
};

void tell_hub_contradictions(const settings& all, binder& by) {
  for (const hub_law& law : hub_laws) {
    const origin* where = by.written_at(law.key) ? by.written_at(law.key) : by.written_at(law.other);
    if (where && law.broken(all))
      by.found().push_back({*where, law.key, law.message, ""});
  }
}

} // namespace

base::result<settings, problems> load(const sources& from) {
  settings all;
  binder by;
  by.accept("", hub_keys(), all);
  by.accept("session.", policy_keys(), all.session.policy);
  by.leave_alone(named_sessions);

  const std::vector<node> trees = bind_sources(from, by);
  tell_contradictions(all.session.policy, "session.", "", by);
  tell_hub_contradictions(all, by);

  problems found = std::move(by.found());
  for (const auto& [id, overrides] : find_sessions(trees, found))
    load_session(id, overrides, all, found);

  if (found.empty())
    return all;
  std::stable_sort(found.begin(), found.end(), [](const problem& a, const problem& b) {
    return std::tuple{a.where.from, a.where.line, a.where.column} <
           std::tuple{b.where.from, b.where.line, b.where.column};
  });
  return base::fail(std::move(found));
}

base::result<document, problem> read_document(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  // A directory opens but cannot be read; an empty file reads as nothing, which is no failure.
  const bool read =
      stream && (stream.peek() == std::ifstream::traits_type::eof() ? !stream.bad() : !!(text << stream.rdbuf()));
  if (!read)
    return base::fail(
        problem{{origin::kind::file, file.string()}, "", std::string{"cannot be read: "} + std::strerror(errno), ""});
  return document{file.string(), std::move(text).str()};
}

base::result<settings, problems> load(const std::optional<std::filesystem::path>& file, const variables& environment,
                                      const std::vector<std::string>& sets) {
  sources from{std::nullopt, environment, sets};
  if (file) {
    auto read = read_document(*file);
    if (!read) {
      problems found{read.error()};
      if (const auto rest = load(from); !rest)
        for (const problem& each : rest.error())
          found.push_back(each);
      return base::fail(std::move(found));
    }
    from.file = *std::move(read);
  }
  return load(from);
}

} // namespace mpac::config
