#include "security/hash_chain.hpp"

#include "protocol/wire/raw_json.hpp"
#include "security/canonical_json.hpp"

#include <openssl/evp.h>

#include <initializer_list>
#include <stdexcept>

namespace mpac::security {
namespace {

// What is digested begins with what it is: so that no digest passes for another kind's.
constexpr char a_genesis = 0, a_link = 1, a_redaction = 2;

std::string_view bytes_of(const log_digest& of) {
  return {reinterpret_cast<const char*>(of.data()), of.size()};
}

/// Fetched once: to look it up takes as long as to digest a message.
const EVP_MD* sha256() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

/// What a reader of JSON takes for the value itself.
std::string_view without_space(std::string_view json) {
  json.remove_prefix(protocol::raw_json::behind_space(json, 0));
  return json.substr(0, json.find_last_not_of(protocol::raw_json::space) + 1);
}

log_digest digest_of_all(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const auto part : parts)
    joined += part;
  return digest_of(joined);
}

} // namespace

log_digest digest_of(std::string_view bytes) {
  log_digest made{};
  if (EVP_Digest(bytes.data(), bytes.size(), made.data(), nullptr, sha256(), nullptr) != 1)
    throw std::runtime_error("the cryptographic library has no SHA-256");
  return made;
}

log_digest genesis(std::string_view session_id) {
  using namespace std::string_view_literals;
  return digest_of_all({{&a_genesis, 1}, "mpac-cluster log chain 1\0"sv, session_id});
}

log_digest entry_digest(std::string_view frame_json) {
  const auto canonical = canonical_json(frame_json);
  return digest_of(canonical ? std::string_view(*canonical) : without_space(frame_json));
}

log_digest link(const log_digest& previous, const log_digest& entry) {
  return digest_of_all({{&a_link, 1}, bytes_of(previous), bytes_of(entry)});
}

chain_head extended(const chain_head& before, const log_digest& entry) {
  return {before.entries + 1, link(before.head, entry)};
}

chain_head one_more_redacted(const chain_head& before, std::uint64_t index, const log_digest& told) {
  std::string number;
  for (int shift = 56; shift >= 0; shift -= 8)
    number += static_cast<char>(index >> shift & 0xff);
  return {before.entries + 1, digest_of_all({{&a_redaction, 1}, bytes_of(before.head), number, bytes_of(told)})};
}

} // namespace mpac::security
