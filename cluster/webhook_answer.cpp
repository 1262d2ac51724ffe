#include "cluster/webhook_answer.hpp"

#include "protocol/timestamp.hpp"
#include "security/strict_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mpac::cluster {
namespace {

using security::credential_refusal;

/// Why the answer is none, or the identity it tells.
base::result<protocol::verified_identity, std::string> identity_in(const security::json_object& answer,
                                                                   base::instant now) {
  using security::find;
  protocol::verified_identity proven;
  const auto* principal = security::find_text(answer, "principal_id");
  if (!principal)
    return base::fail(std::string("names no principal_id"));
  proven.principal_id = protocol::principal_id{*principal};
  proven.method = "custom";
  if (const auto* roles = find(answer, "roles"); roles && !std::get_if<std::nullptr_t>(&roles->value)) {
    proven.roles = security::texts_of(*roles);
    if (!proven.roles)
      return base::fail(std::string("has roles that are no list of texts"));
  }
  for (const auto& [name, into] : {std::pair{"issuer", &proven.issuer}, std::pair{"tenant", &proven.tenant}})
    if (const auto* text = find(answer, name); text && !std::get_if<std::nullptr_t>(&text->value)) {
      if (!text->text())
        return base::fail(std::string(name) + " is no text");
      *into = *text->text();
    }
  if (const auto* end = find(answer, "expires_at"); end && !std::get_if<std::nullptr_t>(&end->value)) {
    const auto when = end->text() ? protocol::parse_timestamp(*end->text()) : std::nullopt;
    if (!when)
      return base::fail(std::string("has an expires_at that is no RFC 3339 time"));
    if (*when <= now)
      return base::fail(std::string("accepts what has expired"));
    proven.expires_at = *when;
  }
  return proven;
}

} // namespace

std::string webhook_question(const security::credential_request& asked) {
  rapidjson::StringBuffer out;
  rapidjson::Writer<rapidjson::StringBuffer> writer(out);
  const auto put = [&](const char* name, const std::string& text) {
    writer.Key(name);
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  };
  writer.StartObject();
  put("type", asked.credential.type);
  put("value", asked.credential.value);
  if (asked.credential.issuer)
    put("issuer", *asked.credential.issuer);
  put("principal_id", asked.principal_id.str());
  put("principal_type", asked.principal_type);
  put("session_id", asked.session_id.str());
  writer.EndObject();
  return {out.GetString(), out.GetSize()};
}

security::credential_verdict webhook_verdict(const security::credential_request& asked, unsigned status,
                                             std::string_view body) {
  if (status != 200)
    return webhook_is_silent("answered with the status " + std::to_string(status));
  const auto answer = security::read_json_object(body);
  if (!answer)
    return webhook_is_silent("answered with no plain JSON object: " + answer.error().what);
  const auto* accepted = security::find(*answer, "accepted");
  const auto* decided = accepted ? std::get_if<bool>(&accepted->value) : nullptr;
  if (!decided)
    return webhook_is_silent("did not say whether it accepts");
  if (!*decided)
    return base::fail(
        credential_refusal{"the credential was not accepted", "the webhook did not accept a credential", false});
  auto proven = identity_in(*answer, asked.when);
  if (!proven)
    return webhook_is_silent("gave an answer that " + proven.error());
  if (proven->principal_id != asked.principal_id)
    return base::fail(credential_refusal{"the credential speaks for another principal",
                                         "the webhook accepted a credential for another principal", false});
  if (asked.credential.issuer && !proven->issuer.empty() && proven->issuer != *asked.credential.issuer)
    return base::fail(credential_refusal{"the credential's issuer is another one",
                                         "the webhook accepted a credential of another issuer", false});
  return *std::move(proven);
}

security::credential_verdict webhook_is_silent(const std::string& why) {
  return base::fail(credential_refusal{"the credential can't be judged at the moment", "the webhook " + why, true});
}

} // namespace mpac::cluster
