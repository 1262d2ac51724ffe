#include "tests/fuzz/credential_check.hpp"

#include "config/credential_file.hpp"
#include "security/base64url.hpp"
#include "security/bearer_tokens.hpp"
#include "security/certificate_chains.hpp"
#include "security/digest.hpp"
#include "security/strict_json.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

namespace mpac::tests {
namespace {

using namespace security;

const json_object& samples(const char* name) {
  static std::map<std::string, json_object> read;
  auto& one = read[name];
  if (one.empty()) {
    std::ifstream in(std::string(MPAC_SOURCE_DIR "/tests/security/data/") + name, std::ios::binary);
    one = read_json_object(std::string{std::istreambuf_iterator<char>(in), {}}).value();
  }
  return one;
}

std::set<std::string, std::less<>> taken(const json_object& of) {
  std::set<std::string, std::less<>> all;
  for (const auto& [name, text] : *find(of, "taken")->object())
    all.insert(*text.text());
  return all;
}

credential_request hello_with(std::string_view value) {
  credential_request asked;
  asked.principal_id = protocol::principal_id{"agent:alice"};
  asked.session_id = protocol::session_id{"s"};
  asked.credential.value = value;
  asked.when = base::instant{std::chrono::seconds{1'900'000'000}};
  return asked;
}

const char* broken_by_refusal(const credential_refusal& why) {
  if (why.told.empty() || why.logged.empty())
    return "a refusal says why";
  if (why.is_unavailable)
    return "what is looked at here can be judged";
  for (const auto& text : {why.told, why.logged})
    if (text.size() > 200 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
      return "a refusal is a sentence of its own";
  return nullptr;
}

constexpr std::string_view secret = "of these checks alone, and of 32";
constexpr double now = 1'900'000'000, leeway = 60; // as `hello_with` and `token_terms` have them
constexpr const char* unknown_key = "the token's signature is by no key that is trusted here";

credential_verdict verdict_on(std::string_view claims) {
  static const bearer_tokens verifier{
      {.issuer = "https://idp.example", .audience = "hub"},
      token_keys::read(R"({"kty":"oct","k":")" + write_base64url(secret) + R"("})").value()};
  const auto text = write_base64url(R"({"alg":"HS256"})") + '.' + write_base64url(claims);
  const auto code = keyed_sha256(secret, text).bytes;
  return verifier.judge(
      hello_with(text + '.' + write_base64url({reinterpret_cast<const char*>(code.data()), code.size()})));
}

bool holds(const json_object& claims, std::string_view name, std::string_view wanted) {
  const auto* claim = find(claims, name);
  const auto* one = claim ? claim->text() : nullptr;
  const auto all = claim ? texts_of(*claim) : std::nullopt;
  return (one && *one == wanted) || (all && std::find(all->begin(), all->end(), wanted) != all->end());
}

/// Whether a date that may be missing is a number up to this one.
bool is_at_most(const json_object& claims, std::string_view name, double latest) {
  const auto* claim = find(claims, name);
  return !claim || (claim->number() && *claim->number() >= 0 && *claim->number() <= latest);
}

const char* broken_by_grant(const json_object& claims, const protocol::verified_identity& granted) {
  const auto* issuer = find_text(claims, "iss");
  const auto* principal = find_text(claims, "sub");
  if (!issuer || *issuer != "https://idp.example" || !holds(claims, "aud", "hub"))
    return "a token is taken of its issuer, for its audience";
  if (!principal || *principal != "agent:alice" || granted.principal_id.str() != *principal)
    return "a token speaks for the principal that it names";
  const auto* end = find(claims, "exp");
  if (!end || !end->number() || !(now < *end->number() + leeway))
    return "a token that has run out, or never does, grants nothing";
  if (!is_at_most(claims, "nbf", now + leeway) || !is_at_most(claims, "iat", std::min(now + leeway, *end->number())))
    return "a token of the future grants nothing";
  const auto granted_until = std::chrono::duration<double>(granted.expires_at.time_since_epoch()).count();
  if (std::abs(granted_until - *end->number() - leeway) > 1)
    return "an identity runs out with its token";
  if (find(claims, "mpac_sessions") && !holds(claims, "mpac_sessions", "s") && !holds(claims, "mpac_sessions", "*"))
    return "a token is good for the sessions that it names";
  const auto* roles = find(claims, "mpac_roles");
  if (granted.roles != (roles ? texts_of(*roles) : std::nullopt))
    return "the roles are those of the token";
  const auto* tenant = find_text(claims, "mpac_tenant");
  return granted.tenant == (tenant ? *tenant : "") ? nullptr : "the tenant is that of the token";
}

} // namespace

bool takes_claims(std::string_view claims) {
  return verdict_on(claims).has_value();
}

const char* broken_by_claims(std::string_view claims) {
  const auto verdict = verdict_on(claims);
  if (!verdict)
    return verdict.error().told == unknown_key ? "what is signed here is known here"
                                               : broken_by_refusal(verdict.error());
  const auto read = read_json_object(claims);
  return read ? broken_by_grant(*read, *verdict) : "what can't be read grants nothing";
}

const char* broken_by_token(std::string_view token) {
  static const auto good = taken(samples("tokens.json"));
  static const bearer_tokens verifier{{.issuer = "https://idp.example", .audience = "hub"},
                                      token_keys::read(*find_text(samples("tokens.json"), "jwks")).value()};
  const auto verdict = verifier.judge(hello_with(token));
  if (verdict.has_value() != good.contains(token))
    return "a token is taken exactly if it was signed";
  return verdict ? nullptr : broken_by_refusal(verdict.error());
}

const char* broken_by_token_keys(std::string_view text) {
  const auto keys = token_keys::read(text);
  if (!keys)
    return keys.error().what.empty() ? "a refusal says why" : nullptr;
  if (keys->size() == 0 || keys->size() > 100)
    return "a set holds 1 to 100 keys";
  for (const auto algorithm : {token_algorithm::rs256, token_algorithm::ps256, token_algorithm::es256,
                               token_algorithm::es384, token_algorithm::eddsa, token_algorithm::hs256})
    for (const std::size_t length : {0, 32, 64, 96, 256})
      if (keys->verifies(algorithm, std::nullopt, "text", std::string(length, '\0')))
        return "no key takes what it has not signed";
  return nullptr;
}

const char* broken_by_chain(std::string_view pem) {
  static const auto chains = certificate_chains::read(*find_text(samples("chains.json"), "anchors")).value();
  static const auto good = [] {
    std::set<std::string> kept;
    for (const auto& each : taken(samples("chains.json")))
      kept.insert(chains->judge(hello_with(each)).value().certificate_chain);
    return kept;
  }();
  const auto verdict = chains->judge(hello_with(pem));
  if (!verdict)
    return broken_by_refusal(verdict.error());
  if (!good.contains(verdict->certificate_chain))
    return "a chain is taken only if an authority vouches for it";
  const auto again = chains->judge(hello_with(verdict->certificate_chain));
  return again && *again == *verdict ? nullptr : "what is kept of a chain is that chain";
}

const char* broken_by_credential_file(std::string_view toml) {
  if (const auto hash = read_digest(toml); hash && read_digest(to_hex(*hash)) != hash)
    return "a hash is read in one meaning";
  const auto read = config::read_credential_file({"f", std::string(toml)}, "key");
  if (!read) {
    for (const auto& each : read.error())
      if (each.message.empty() || each.where.line < 1)
        return "a mistake has a place";
    return read.error().empty() ? "a refusal says why" : nullptr;
  }
  for (const auto& each : *read)
    if (each.principal_id.empty() || each.sha256_at.line < 1)
      return "an entry has a principal and a hash";
  return nullptr;
}

} // namespace mpac::tests
