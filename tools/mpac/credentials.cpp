#include "tools/mpac/credentials.hpp"

#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "tools/mpac/json.hpp"

#include <charconv>

namespace mpac::tools {
namespace {

std::int64_t seconds_since_1970(base::instant when) {
  return std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
}

json::array list_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

/// A JSON text is a TOML text too: both escape alike.
std::string toml(const json::value& of) {
  return json::serialize(of);
}

} // namespace

std::string signed_token(const credential_claims& who, const token_claims& what, base::instant now,
                         const security::signing_key& by) {
  const json::object header{{"alg", json::string(by.verifying().algorithm())}, {"typ", "JWT"}};
  const auto issued = seconds_since_1970(now);
  json::object claims{{"iss", what.issuer},
                      {"aud", what.audience},
                      {"sub", who.principal_id},
                      {"iat", issued},
                      {"exp", issued + what.valid_for.count()},
                      {"jti", what.token_id}};
  if (!who.roles.empty())
    claims["mpac_roles"] = list_of(who.roles);
  if (!who.sessions.empty())
    claims["mpac_sessions"] = list_of(who.sessions);
  if (!who.tenant.empty())
    claims["mpac_tenant"] = who.tenant;
  auto token =
      security::write_base64url(json::serialize(header)) + '.' + security::write_base64url(json::serialize(claims));
  return token + '.' + security::write_base64url(by.sign(token));
}

std::string api_key_block(const std::string& key, const credential_claims& who, base::instant now) {
  auto block = "[[key]]\nsha256       = " + toml(json::string(security::to_hex(security::sha256(key)))) +
               "\nprincipal_id = " + toml(json::string(who.principal_id)) + '\n';
  if (!who.roles.empty())
    block += "roles        = " + toml(list_of(who.roles)) + '\n';
  if (!who.sessions.empty())
    block += "sessions     = " + toml(list_of(who.sessions)) + '\n';
  if (!who.tenant.empty())
    block += "tenant       = " + toml(json::string(who.tenant)) + '\n';
  if (who.valid_for)
    block += "expires_at   = " + toml(json::string(base::to_rfc3339(now + *who.valid_for))) + '\n';
  return block;
}

base::result<std::chrono::seconds, std::string> read_span(const std::string& text) {
  std::int64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string unit(end, text.data() + text.size());
  const std::int64_t factor = unit.empty() || unit == "s" ? 1
                              : unit == "m"               ? 60
                              : unit == "h"               ? 3600
                              : unit == "d"               ? 86'400
                                                          : 0;
  constexpr std::int64_t longest = 100LL * 366 * 86'400;
  if (failed != std::errc{} || factor == 0 || count <= 0 || count > longest / factor)
    return base::fail("'" + text + "' is no span of time: write 90s, 15m, 12h or 30d, a hundred years at most");
  return std::chrono::seconds{count * factor};
}

} // namespace mpac::tools
