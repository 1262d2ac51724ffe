#include "bench/swarm/identities.hpp"

#include "bench/swarm/replaced.hpp"
#include "security/envelope_signature.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

namespace mpac::bench::swarm {

std::string principal_of(std::uint32_t participant) {
  return fmt::format("agent:swarm-{:04}", participant);
}

identities::identities(const options& asked) : api_key_(asked.api_key) {
  if (asked.sign.empty())
    return;
  const std::filesystem::path folder(asked.sign);
  for (std::uint32_t p = 0; p < asked.participants; ++p) {
    auto key = security::signing_key::load(folder / fmt::format("{:04}.key", p), folder / fmt::format("{:04}.pem", p));
    if (!key)
      throw std::runtime_error("--sign: " + key.error());
    keys_.push_back(std::move(*key));
  }
}

std::string identities::credential(std::uint32_t participant) const {
  if (!keys_.empty()) // PEM has nothing but line ends that JSON writes otherwise
    return fmt::format(R"(,"credential":{{"type":"x509_chain","value":"{}"}})",
                       replaced(keys_[participant].certificate_chain(), "\n", "\\n"));
  if (!api_key_.empty())
    return fmt::format(R"(,"credential":{{"type":"api_key","value":"{}"}})",
                       replaced(api_key_, "{p}", std::to_string(participant)));
  return {};
}

void identities::sign(std::uint32_t participant, std::string& letter) const {
  if (keys_.empty())
    return;
  auto made = security::sign_envelope(letter, keys_[participant]);
  if (!made)
    throw std::logic_error("a letter can't be signed: " + made.error());
  letter = std::move(*made);
}

} // namespace mpac::bench::swarm
