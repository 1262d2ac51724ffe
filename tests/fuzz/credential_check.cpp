#include "tests/fuzz/credential_check.hpp"

#include "config/credential_file.hpp"
#include "security/bearer_tokens.hpp"
#include "security/certificate_chains.hpp"
#include "security/digest.hpp"
#include "security/strict_json.hpp"

#include <algorithm>
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

} // namespace

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
