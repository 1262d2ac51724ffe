#include "security/compact_jws.hpp"

#include "security/base64url.hpp"
#include "security/strict_json.hpp"

#include <algorithm>

namespace mpac::security {
namespace {

bool is_token_type(std::string type) {
  for (char& c : type)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (type.starts_with("application/"))
    type.erase(0, 12);
  return type == "jwt" || type == "at+jwt";
}

} // namespace

base::result<compact_jws, std::string> read_compact_jws(std::string_view token) {
  const auto wrong = [](const char* why) { return base::fail(std::string("the token ") + why); };
  if (token.size() > longest_token)
    return wrong("is too long");
  const auto first = token.find('.'), second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos)
    return wrong("is no signed JWT: it must have three parts");
  const auto header_text = read_base64url(token.substr(0, first));
  auto payload = read_base64url(token.substr(first + 1, second - first - 1));
  auto signature = read_base64url(token.substr(second + 1));
  if (!header_text || !payload || !signature)
    return wrong("is not written in base64url without padding");
  const auto header = read_json_object(*header_text);
  if (!header)
    return wrong("has a header that is no plain JSON object");
  const auto* name = find_text(*header, "alg");
  const auto algorithm = name ? token_algorithm_of(*name) : std::nullopt;
  if (!algorithm)
    return wrong("is not signed with an algorithm that is taken here");
  if (find(*header, "crit") || find(*header, "b64"))
    return wrong("asks for an extension (crit, b64) that is not understood here");
  if (const auto* type = find(*header, "typ"); type && (!type->text() || !is_token_type(*type->text())))
    return wrong("is of another type (typ) than JWT");
  compact_jws read{*algorithm, std::nullopt, token.substr(0, second), *std::move(payload), *std::move(signature)};
  if (const auto* id = find(*header, "kid")) {
    if (!id->text())
      return wrong("names its key (kid) by something that is no text");
    read.key_id = *id->text();
  }
  return read;
}

} // namespace mpac::security
