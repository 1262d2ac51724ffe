#include "tools/mpac_cluster/transcript_verification.hpp"

#include "security/certificate_text.hpp"
#include "security/transcript_verifier.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace mpac::tools {
namespace {

constexpr int good = 0, bad = 1;
constexpr std::size_t most_certificates = 64;

std::optional<std::string> contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return in.is_open() && !in.bad() ? std::optional(std::move(text)) : std::nullopt;
}

int sorry(const std::string& why) {
  std::cerr << "mpac-cluster: " << why << '\n';
  return bad;
}

/// Each certificate of a file may be the coordinator's: it has had others before.
base::result<std::vector<security::verifying_key>, std::string> keys_in(const std::string& pem) {
  const auto certificates = security::read_certificates(pem, most_certificates);
  if (!certificates)
    return base::fail(certificates.error());
  std::vector<security::verifying_key> keys;
  for (const auto& each : *certificates)
    if (auto key = security::verifying_key::of_certificate(security::to_pem({each})))
      keys.push_back(*std::move(key));
  if (keys.empty())
    return base::fail(std::string("no certificate has an Ed25519 or P-256 key"));
  return keys;
}

} // namespace

int verify_transcript(const config::verification_request& asked) {
  std::vector<security::verifying_key> trusted;
  if (!asked.certificate.empty()) {
    const auto pem = contents(asked.certificate);
    if (!pem)
      return sorry("can't read " + asked.certificate);
    auto keys = keys_in(*pem);
    if (!keys)
      return sorry(asked.certificate + ": " + keys.error());
    trusted = *std::move(keys);
  }
  const auto text = contents(asked.file);
  if (!text)
    return sorry("can't read " + asked.file);
  const auto found = security::verify_transcript(*text, trusted);
  if (!found) {
    const auto fault = found.error();
    return sorry(asked.file + ": " + (fault.entry ? "entry " + std::to_string(*fault.entry) + ' ' : "") + fault.what);
  }
  std::cout << "session " << found->session_id << ": entries " << found->first << " to " << found->last
            << " are whole and unchanged; " << found->coordinators << " are signed by the coordinator, "
            << found->checkpoints << " of its statements about the log fit\n";
  if (!found->redacted.empty())
    std::cout << found->redacted.size() << " entries are redacted, the first is " << found->redacted.front()
              << ": what they said can't be checked\n";
  if (trusted.empty())
    std::cout << "no --certificate was given: the transcript was compared with itself only\n";
  return good;
}

} // namespace mpac::tools
