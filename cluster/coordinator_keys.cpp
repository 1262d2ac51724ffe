#include "cluster/coordinator_keys.hpp"

#include "security/certificate_text.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace mpac::cluster {

std::shared_ptr<const security::signing_key> coordinator_key(const config::coordinator_settings& from) {
  if (from.key_file.empty())
    return nullptr;
  auto key = security::signing_key::load(from.key_file, from.certificate_file);
  if (!key)
    throw std::runtime_error("coordinator.key_file: " + key.error());
  return std::make_shared<const security::signing_key>(std::move(*key));
}

std::vector<std::string> former_certificates(const config::coordinator_settings& from) {
  constexpr std::size_t most = 64;
  std::vector<std::string> texts;
  if (from.previous_certificate_file.empty())
    return texts;
  std::ifstream in(from.previous_certificate_file, std::ios::binary);
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  const auto certificates = security::read_certificates(pem, most);
  if (!certificates)
    throw std::runtime_error("coordinator.previous_certificate_file: " + certificates.error());
  for (const auto& each : *certificates)
    texts.push_back(security::to_pem({each}));
  return texts;
}

} // namespace mpac::cluster
