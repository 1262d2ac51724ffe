// The verifiers of a hub by the types of credential they judge (SPEC 23.1.4): the built-in ones and embedders' own.
#pragma once

#include "protocol/policy_words.hpp"
#include "security/credential_verifier.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

using verifiers_by_type = std::map<std::string, std::shared_ptr<const credential_verifier>, std::less<>>;

/// Hands a credential to the verifier of its type, and holds what that says to what is asked: a handler that is wrong
/// about whom it was asked for, or says yes to what has run out, lets nobody in. HELLO's own `expires_at`, where it is
/// earlier, ends the identity, or refuses it. A handler that throws has not judged. Immutable; thread-safe if the
/// verifiers are.
class verifier_registry final : public credential_verifier {
public:
  explicit verifier_registry(verifiers_by_type verifiers) : verifiers_(std::move(verifiers)) {}

  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override;

  /// By name.
  [[nodiscard]] std::vector<std::string> types() const;

private:
  verifiers_by_type verifiers_;
};

} // namespace mpac::security
