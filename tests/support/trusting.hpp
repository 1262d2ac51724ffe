// For sessions whose members sign: keys made on the spot, and a verifier that believes every chain.
#pragma once

#include "security/credential_verifier.hpp"
#include "security/key_generation.hpp"
#include "security/signing_key.hpp"

#include <functional>
#include <string>
#include <utility>

namespace mpac::tests {

inline security::signing_key key_of(const std::string& name) {
  const auto pair = security::generate_key({security::key_type::ed25519, name, base::now()}).value();
  return security::signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
}

/// Believes each chain, and calls that what it likes: the credential's type if nothing else is said.
class trusting final : public security::credential_verifier {
public:
  explicit trusting(std::string method = {}) : method_(std::move(method)) {}

  void verify(security::credential_request asked,
              std::function<void(security::credential_verdict)> done) const override {
    protocol::verified_identity identity;
    identity.principal_id = asked.principal_id;
    identity.method = method_.empty() ? asked.credential.type : method_;
    identity.certificate_chain = asked.credential.value;
    done(std::move(identity));
  }

private:
  std::string method_;
};

} // namespace mpac::tests
