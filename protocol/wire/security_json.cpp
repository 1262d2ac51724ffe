#include "protocol/wire/security_json.hpp"

#include "protocol/wire/json_pieces.hpp"
#include "protocol/wire/log_checkpoint.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>

namespace mpac::protocol {
namespace {

/// Writes members of one document.
class writing {
public:
  void begin(std::string_view name) {
    text(name);
    out_.StartObject();
  }
  void begin() { out_.StartObject(); }
  void end() { out_.EndObject(); }
  void begin_list(std::string_view name) {
    text(name);
    out_.StartArray();
  }
  void end_list() { out_.EndArray(); }
  void text(std::string_view value) { write_text(out_, buffer_, rapidjson::kStringType, value); }
  void put(std::string_view name, std::string_view value) {
    text(name);
    text(value);
  }
  void put(std::string_view name, double value) {
    text(name);
    out_.Double(value);
  }
  void put(std::string_view name, std::uint32_t value) {
    text(name);
    out_.Uint(value);
  }
  void key_of(const principal_id& who, const verified_identity& identity) {
    begin();
    put("principal_id", who.str());
    put("key_id", identity.key_id);
    put("certificate_chain", identity.certificate_chain);
    end();
  }
  [[nodiscard]] json_text done() const { return {std::string(buffer_.GetString(), buffer_.GetSize())}; }

private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_{buffer_};
};

std::vector<std::string> taken(const session_policy& policy) {
  auto types = policy.security.auth_mechanisms;
  std::erase_if(types, [&](const std::string& type) { return !takes_credential(policy.security_profile, type); });
  return types;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words)
    all += (all.empty() ? "" : ",") + word;
  return all;
}

} // namespace

bool keys_fit(const roster& people) {
  std::size_t bytes = 0;
  for_each_key(people, [&](const participant_record& who) { bytes += who.identity->certificate_chain.size() + 512; });
  return bytes <= longest_key_list;
}

json_text security_config_of(const session_policy& policy, const roster& people) {
  const bool is_open = policy.security_profile == security_profile::open;
  const auto& security = policy.security;
  writing out;
  out.begin();
  out.put("auth_mechanism", is_open ? "none" : joined(taken(policy)));
  if (!is_open) {
    out.begin_list("auth_mechanisms");
    for (const auto& each : taken(policy))
      out.text(each);
    out.end_list();
  }
  if (!is_open && !security.custom_credential_format.empty())
    out.put("custom_credential_format", security.custom_credential_format);
  out.put("replay_window_sec", base::to_seconds(security.replay_window));
  out.put("audit_retention_days", policy.lifecycle.audit_retention_days);
  if (!is_open && !security.coordinator_certificate.empty()) {
    out.put("coordinator_key_fingerprint", security.coordinator_key);
    out.put("coordinator_certificate", security.coordinator_certificate);
    out.put("key_exchange_method", "session_info");
  }
  if (policy.security_profile == security_profile::verified) {
    out.put("log_integrity", log_mechanism);
    out.begin_list("participant_keys");
    if (keys_fit(people))
      for_each_key(people, [&](const participant_record& who) { out.key_of(who.principal_id, *who.identity); });
    out.end_list();
  }
  out.end();
  return out.done();
}

json_text participant_keys_of(const principal_id& who, const verified_identity& identity,
                              std::optional<base::instant> old_keys_until) {
  writing out;
  out.begin();
  out.begin_list("keys");
  out.key_of(who, identity);
  out.end_list();
  if (old_keys_until)
    out.put("old_keys_until", base::to_rfc3339(*old_keys_until));
  out.end();
  return out.done();
}

} // namespace mpac::protocol
