#include "tests/fuzz/signature_check.hpp"

#include "security/canonical_json.hpp"
#include "security/ecdsa_signature.hpp"
#include "security/envelope_signature.hpp"
#include "security/key_generation.hpp"

#include <array>
#include <optional>
#include <string>

namespace mpac::tests {

using namespace security;

namespace {

struct known_key {
  explicit known_key(key_type type)
      : pair(*generate_key({type, "fuzz", base::instant{std::chrono::hours{24 * 20000}}})),
        key(*signing_key::of(pair.private_key_pem, pair.certificate_pem)) {}

  key_pair pair;
  signing_key key;
};

const char* broken_by_frame(std::string_view text, const known_key& ours) {
  const std::array keys{ours.key.verifying()};
  if (check_signature(text, keys))
    return "nobody guesses a signature";
  const auto made = sign_envelope(text, ours.key);
  const auto canonical = canonical_without(text, "signature");
  const bool can_be_signed = canonical && canonical->text.starts_with('{') && canonical->left_out.empty();
  if (made.has_value() != can_be_signed)
    return "what can be signed is, and nothing else";
  if (!made)
    return made.error().empty() ? "a refusal says something" : nullptr;
  return check_signature(*made, keys) ? nullptr : "what is signed is good";
}

} // namespace

const char* broken_by_signature(std::string_view text) {
  static const known_key edwards(key_type::ed25519), ecdsa(key_type::p256);
  if (const auto read = verifying_key::of_certificate(text); !read && read.error().empty())
    return "a refusal says something";
  if (const auto read = signing_key::of(text, edwards.pair.certificate_pem); read)
    return "nobody guesses a key";
  if (edwards.key.verifying().verifies("text", text) || ecdsa.key.verifying().verifies("text", text))
    return "nobody guesses a signature";
  if (const auto der = der_of_raw(text); der && raw_of_der(*der) != text)
    return "both spellings lead to each other";
  static_cast<void>(raw_of_der(text));
  for (const auto* ours : {&edwards, &ecdsa})
    if (const char* broken = broken_by_frame(text, *ours))
      return broken;
  return nullptr;
}

} // namespace mpac::tests
