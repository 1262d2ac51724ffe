#include "tools/both/transcript_verification.hpp"

#include "security/certificate_text.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace mpac::tools {
namespace {

constexpr std::size_t most_certificates = 64;

std::optional<std::string> contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return in.is_open() && !in.bad() ? std::optional(std::move(text)) : std::nullopt;
}

auto sorry(std::string why) {
  return base::fail(std::move(why));
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

/// "4, 7 to 9".
std::string numbers(const std::vector<std::uint64_t>& rising) {
  std::string text;
  for (std::size_t at = 0; at < rising.size();) {
    auto last = at;
    while (last + 1 < rising.size() && rising[last + 1] == rising[last] + 1)
      ++last;
    text += (at == 0 ? "" : ", ") + std::to_string(rising[at]);
    if (last != at)
      text += (last == at + 1 ? ", " : " to ") + std::to_string(rising[last]);
    at = last + 1;
  }
  return text;
}

} // namespace

base::result<security::transcript_findings, std::string> verify_transcript_file(const std::string& file,
                                                                                const std::string& certificate) {
  std::vector<security::verifying_key> trusted;
  if (!certificate.empty()) {
    const auto pem = contents(certificate);
    if (!pem)
      return sorry("can't read " + certificate);
    auto keys = keys_in(*pem);
    if (!keys)
      return sorry(certificate + ": " + keys.error());
    trusted = *std::move(keys);
  }
  const auto text = contents(file);
  if (!text)
    return sorry("can't read " + file);
  const auto found = security::verify_transcript(*text, trusted);
  if (!found) {
    const auto fault = found.error();
    return sorry(file + ": " + (fault.entry ? "entry " + std::to_string(*fault.entry) + ' ' : "") + fault.what);
  }
  return *found;
}

void describe(const security::transcript_findings& found, bool is_trusted, std::ostream& out) {
  out << "session " << found.session_id << ": entries " << found.first << " to " << found.last
      << (found.redacted.empty() ? " are whole and unchanged; " : " are all there; ") << found.coordinators
      << " are signed by the coordinator, " << found.participants << " by the participants who said them, "
      << found.checkpoints << " of the coordinator's statements about the log fit\n";
  if (found.first > 1)
    out << "the coordinator has signed that the transcript begins with entry " << found.first
        << ": what came before is not in it\n";
  if (!found.redacted.empty())
    out << "the coordinator has redacted " << found.redacted.size()
        << " of them, what they said can't be checked: " << numbers(found.redacted) << '\n';
  if (found.refused != 0)
    out << found.refused << " bear no good signature, and were refused by the coordinator for it\n";
  if (found.unchecked != 0)
    out << found.unchecked << " are not checked for who signed them: the transcript does not tell the keys they name\n";
  if (!is_trusted)
    out << "no --certificate was given: the transcript was compared with itself only\n";
}

} // namespace mpac::tools
