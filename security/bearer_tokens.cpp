#include "security/bearer_tokens.hpp"

#include "security/compact_jws.hpp"
#include "security/credential_grant.hpp"
#include "security/strict_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mpac::security {
namespace {

using refused = base::failure<credential_refusal>;

refused refuse(std::string why) {
  return {{why, std::move(why), false}};
}

/// A claim that is a date: absent, or a time this house can count with.
struct dated {
  bool is_there = false;
  bool is_good = true;
  base::instant at{};
};

dated date_of(const json_object& claims, std::string_view name) {
  const auto* claim = find(claims, name);
  if (!claim)
    return {};
  const auto* seconds = claim->number();
  constexpr double most = 253'402'300'799.0; // the year 9999; nan and infinity are beyond it, too
  if (!seconds || !(*seconds >= 0 && *seconds <= most))
    return {true, false, {}};
  return {true, true, base::instant{base::duration{static_cast<std::int64_t>(*seconds * 1e6)}}};
}

bool is_for(const json_object& claims, const std::string& audience) {
  const auto* claim = find(claims, "aud");
  if (!claim)
    return false;
  if (const auto* one = claim->text())
    return *one == audience;
  const auto all = texts_of(*claim);
  return all && std::find(all->begin(), all->end(), audience) != all->end();
}

/// The lifetime: when it runs out, or what is wrong with it.
base::result<base::instant, std::string> lifetime_of(const json_object& claims, base::instant now,
                                                     base::duration leeway) {
  const auto wrong = [](const char* why) { return base::fail(std::string("the token ") + why); };
  const auto ends = date_of(claims, "exp"), begins = date_of(claims, "nbf"), issued = date_of(claims, "iat");
  if (!ends.is_there)
    return wrong("does not say when it expires (exp)");
  if (!ends.is_good || !begins.is_good || !issued.is_good)
    return wrong("holds a date (exp, nbf, iat) that is none");
  if (now >= ends.at + leeway)
    return wrong("has expired");
  if (begins.is_there && begins.at > now + leeway)
    return wrong("is not valid yet (nbf)");
  if (issued.is_there && (issued.at > now + leeway || issued.at > ends.at))
    return wrong("was issued (iat) in the future");
  return ends.at + leeway;
}

/// Whom and what the claims speak for; or what is wrong with them.
base::result<credential_grant, std::string> grant_of(const json_object& claims, const token_terms& terms) {
  const auto wrong = [](const std::string& claim, const char* why) {
    return base::fail("the token's claim " + claim + ' ' + why);
  };
  credential_grant grant;
  const auto* principal = find_text(claims, terms.principal_claim);
  if (!principal)
    return wrong(terms.principal_claim, "must name a principal");
  grant.principal_id = protocol::principal_id{*principal};
  if (const auto* roles = find(claims, terms.roles_claim)) {
    grant.roles = texts_of(*roles);
    if (!grant.roles)
      return wrong(terms.roles_claim, "must be a list of roles");
  }
  if (const auto* sessions = find(claims, terms.sessions_claim)) {
    grant.sessions = texts_of(*sessions);
    if (sessions->text() && *sessions->text() == "*")
      grant.sessions = {"*"};
    if (!grant.sessions)
      return wrong(terms.sessions_claim, "must be a list of sessions or \"*\"");
  }
  if (const auto* tenant = find(claims, terms.tenant_claim)) {
    if (!tenant->text())
      return wrong(terms.tenant_claim, "must be a text");
    grant.tenant = *tenant->text();
  }
  return grant;
}

} // namespace

void bearer_tokens::verify(credential_request asked, std::function<void(credential_verdict)> done) const {
  done(judge(asked));
}

credential_verdict bearer_tokens::judge(const credential_request& asked) const {
  const auto token = read_compact_jws(asked.credential.value);
  if (!token)
    return refuse(token.error());
  // Which key was missing or did not fit is nobody's business who has no good token.
  if (!keys_.verifies(token->algorithm, token->key_id, token->signed_bytes, token->signature))
    return refuse("the token's signature is by no key that is trusted here");

  // From here on the issuer speaks, and its words may be told.
  const auto claims = read_json_object(token->payload);
  if (!claims)
    return refuse("the token's claims are no plain JSON object");
  const auto* issuer = find_text(*claims, "iss");
  if (terms_.issuer.empty() || !issuer || *issuer != terms_.issuer)
    return refuse("the token is of another issuer");
  if (terms_.audience.empty() || !is_for(*claims, terms_.audience))
    return refuse("the token is for another audience");
  const auto ends = lifetime_of(*claims, asked.when, terms_.leeway);
  if (!ends)
    return refuse(ends.error());
  auto grant = grant_of(*claims, terms_);
  if (!grant)
    return refuse(grant.error());
  grant->expires_at = *ends;
  if (const auto why = refusal_of(*grant, asked))
    return refuse("the token " + std::string(to_words(*why)));
  if (asked.credential.issuer && *asked.credential.issuer != terms_.issuer)
    return refuse("the credential's issuer is not the token's");
  auto proven = identity_of(*grant, "bearer_token");
  proven.issuer = terms_.issuer;
  return proven;
}

} // namespace mpac::security
