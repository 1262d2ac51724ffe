#include "security/hash_chain.hpp"

#include "protocol/wire/raw_json.hpp"
#include "security/canonical_json.hpp"
#include "security/digest.hpp"

#include <initializer_list>
#include <string>

namespace mpac::security {
namespace {

// What is digested begins with what it is: so that no digest passes for another kind's.
constexpr char a_genesis = 0, a_link = 1, a_redaction = 2;

std::string_view bytes_of(const log_digest& of) {
  return {reinterpret_cast<const char*>(of.data()), of.size()};
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
  return sha256(joined).bytes;
}

} // namespace

log_digest genesis(std::string_view session_id) {
  using namespace std::string_view_literals;
  return digest_of_all({{&a_genesis, 1}, "mpac-cluster log chain 1\0"sv, session_id});
}

log_digest entry_digest(std::string_view frame_json) {
  const auto canonical = canonical_json(frame_json);
  return sha256(canonical ? std::string_view(*canonical) : without_space(frame_json)).bytes;
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
