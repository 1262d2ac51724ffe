#include "security/api_keys.hpp"

namespace mpac::security {
namespace {

credential_verdict refuse(std::string logged) {
  return base::fail(credential_refusal{
      "the API key is unknown, has expired, or is not for this principal in this session", std::move(logged), false});
}

} // namespace

void api_keys::verify(credential_request asked, std::function<void(credential_verdict)> done) const {
  done(judge(asked));
}

credential_verdict api_keys::judge(const credential_request& asked) const {
  const auto found = known_.find(sha256(asked.credential.value));
  if (found == known_.end())
    return refuse("the API key is unknown");
  const auto& grant = found->second;
  if (const auto why = refusal_of(grant, asked))
    return refuse("the API key of " + grant.principal_id.str() + ' ' + std::string(to_words(*why)));
  return identity_of(grant, "api_key");
}

} // namespace mpac::security
