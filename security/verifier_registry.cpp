#include "security/verifier_registry.hpp"

#include "protocol/timestamp.hpp"

#include <algorithm>
#include <atomic>
#include <exception>

namespace mpac::security {
namespace {

base::failure<credential_refusal> refuse(std::string why) {
  auto logged = why;
  return base::fail(credential_refusal{std::move(why), std::move(logged), false});
}

/// What the type's own verifier said, as far as it answers the question.
credential_verdict held_to(const protocol::principal_id& principal, const std::string& type, base::instant when,
                           base::instant declared_end, credential_verdict said) {
  if (!said)
    return said;
  if (said->principal_id != principal)
    return base::fail(credential_refusal{"the credential speaks for another principal",
                                         "the handler of " + type + " vouches for another principal than was asked for",
                                         false});
  said->expires_at = std::min(said->expires_at, declared_end);
  if (when >= said->expires_at)
    return refuse("the credential has expired");
  if (said->method.empty())
    said->method = type;
  return said;
}

/// Answers once, even if whoever should have answered throws or forgets.
class answer {
public:
  explicit answer(std::function<void(credential_verdict)> done) : done_(std::move(done)) {}
  answer(const answer&) = delete;
  answer& operator=(const answer&) = delete;
  ~answer() { give(unjudged("was not answered")); }

  void give(credential_verdict verdict) {
    if (!given_.test_and_set())
      done_(std::move(verdict));
  }

  static credential_verdict unjudged(const std::string& why) {
    return base::fail(credential_refusal{"the credential can't be judged at the moment", "a credential " + why, true});
  }

private:
  std::function<void(credential_verdict)> done_;
  std::atomic_flag given_{};
};

} // namespace

void verifier_registry::verify(credential_request asked, std::function<void(credential_verdict)> done) const {
  const auto found = verifiers_.find(asked.credential.type);
  if (found == verifiers_.end()) {
    std::string known;
    for (const auto& [type, verifier] : verifiers_)
      known += (known.empty() ? "" : ", ") + type;
    done(refuse(known.empty() ? std::string("this hub can't judge any credentials")
                              : "credentials of this type are not taken here, but these are: " + known));
    return;
  }
  auto declared_end = base::never;
  if (asked.credential.expires_at) {
    const auto end = protocol::parse_timestamp(*asked.credential.expires_at);
    if (!end)
      return done(refuse("the credential's expires_at is no time"));
    declared_end = *end;
    if (asked.when >= declared_end)
      return done(refuse("the credential has expired, as it says itself"));
  }
  auto told = std::make_shared<answer>([principal = asked.principal_id, type = asked.credential.type, when = asked.when,
                                        declared_end, done = std::move(done)](credential_verdict said) {
    done(held_to(principal, type, when, declared_end, std::move(said)));
  });
  try {
    found->second->verify(std::move(asked), [told](credential_verdict said) { told->give(std::move(said)); });
  } catch (const std::exception&) {
    told->give(answer::unjudged("made its handler fail")); // what it threw may quote the credential
  }
}

std::vector<std::string> verifier_registry::types() const {
  std::vector<std::string> all;
  for (const auto& [type, verifier] : verifiers_)
    all.push_back(type);
  return all;
}

} // namespace mpac::security
