#include "security/hash_chain.hpp"

#include "security/canonical_json.hpp"

#include <openssl/evp.h>

#include <initializer_list>
#include <stdexcept>

namespace mpac::security {
namespace {

// What is digested begins with what it is: so that no digest passes for another kind's.
constexpr char a_genesis = 0, a_link = 1, a_redacted_link = 2;

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
  constexpr std::string_view space = " \n\r\t";
  const auto first = json.find_first_not_of(space);
  return first == std::string_view::npos ? std::string_view{}
                                         : json.substr(first, json.find_last_not_of(space) - first + 1);
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

log_digest link(const log_digest& previous, const log_digest& entry, const log_digest& original) {
  return digest_of_all({{&a_redacted_link, 1}, bytes_of(previous), bytes_of(entry), bytes_of(original)});
}

chain_head extended(const chain_head& before, const log_digest& entry, const std::optional<log_digest>& original) {
  return {before.entries + 1, original ? link(before.head, entry, *original) : link(before.head, entry)};
}

std::string to_hex(const log_digest& value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * value.size());
  for (const auto byte : value) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<log_digest> from_hex(std::string_view text) {
  log_digest value{};
  if (text.size() != 2 * value.size())
    return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_letter = c >= 'a' && c <= 'f';
    if (!is_letter && !(c >= '0' && c <= '9'))
      return std::nullopt;
    value[i / 2] = static_cast<std::uint8_t>(value[i / 2] << 4 | (is_letter ? c - 'a' + 10 : c - '0'));
  }
  return value;
}

} // namespace mpac::security
