#include "security/envelope_signature.hpp"

#include "security/base64url.hpp"
#include "security/canonical_json.hpp"

#include <algorithm>
#include <optional>

namespace mpac::security {
namespace {

constexpr std::string_view member = "signature";

/// What a `signature` says of itself, as views of its canonical text.
struct claim {
  std::string_view algorithm, key_id, value;
};

/// Takes `"name":"text"` off the front; no text of ours needs an escape.
bool take_text(std::string_view& from, std::string_view name, std::string_view& text) {
  const auto opening = "\"" + std::string(name) + "\":\"";
  if (!from.starts_with(opening))
    return false;
  from.remove_prefix(opening.size());
  const auto end = from.find_first_of("\"\\");
  if (end == std::string_view::npos || from[end] == '\\')
    return false;
  text = from.substr(0, end);
  from.remove_prefix(end + 1);
  return true;
}

bool take(std::string_view& from, char c) {
  if (!from.starts_with(c))
    return false;
  from.remove_prefix(1);
  return true;
}

/// The canonical text of a signature has its three members in one order, and no white space.
std::optional<claim> read_claim(std::string_view text) {
  claim read;
  if (take(text, '{') && take_text(text, "alg", read.algorithm) && take(text, ',') &&
      take_text(text, "kid", read.key_id) && take(text, ',') && take_text(text, "value", read.value) &&
      take(text, '}') && text.empty())
    return read;
  return std::nullopt;
}

} // namespace

base::result<void, std::string> check_signature(std::string_view frame_json, std::span<const verifying_key> keys) {
  const auto parts = canonical_without(frame_json, member);
  if (!parts)
    return base::fail("the message has no canonical form to check a signature of: " + parts.error());
  if (parts->text[0] != '{')
    return base::fail(std::string("the message is no JSON object"));
  if (parts->left_out.empty())
    return base::fail(std::string("the message is not signed"));
  const auto claimed = read_claim(parts->left_out);
  if (!claimed)
    return base::fail(std::string("signature: must be an object of the three texts alg, kid and value"));
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const verifying_key& each) { return each.key_id() == claimed->key_id; });
  if (key == keys.end())
    return base::fail(std::string("signature.kid: names no key of this sender"));
  if (key->algorithm() != claimed->algorithm)
    return base::fail("signature.alg: the key it names signs with " + std::string(key->algorithm()));
  const auto value = read_base64url(claimed->value);
  if (!value)
    return base::fail(std::string("signature.value: is no base64url without padding"));
  if (!key->verifies(parts->text, *value))
    return base::fail(std::string("signature.value: is not this key's signature of this message"));
  return {};
}

base::result<std::string, std::string> sign_envelope(std::string_view frame_json, const signing_key& by) {
  const auto parts = canonical_without(frame_json, member);
  if (!parts)
    return base::fail("can't be signed: " + parts.error());
  if (parts->text[0] != '{')
    return base::fail(std::string("can't be signed: it is no JSON object"));
  if (!parts->left_out.empty())
    return base::fail(std::string("can't be signed: it has a signature"));
  const auto value = write_base64url(by.sign(parts->text));
  const auto end = frame_json.find_last_of('}');
  std::string made;
  made.reserve(frame_json.size() + value.size() + by.verifying().key_id().size() + 64);
  made += frame_json.substr(0, end);
  made += parts->text == "{}" ? "\"signature\":{\"alg\":\"" : ",\"signature\":{\"alg\":\"";
  made += by.verifying().algorithm();
  made += "\",\"kid\":\"";
  made += by.verifying().key_id();
  made += "\",\"value\":\"";
  made += value;
  made += "\"}";
  made += frame_json.substr(end);
  return {boost::system::in_place_value, std::move(made)};
}

} // namespace mpac::security
