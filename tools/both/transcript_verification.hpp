// Tells whether an exported transcript is whole and unchanged (SPEC 23.1.3): `mpac-cluster --verify-transcript` and
// `mpac transcript verify`.
#pragma once

#include "base/result.hpp"
#include "security/transcript_verifier.hpp"

#include <iosfwd>
#include <string>

namespace mpac::tools {

/// `certificate` is a file with the coordinator's certificates; empty: those of the transcript are taken, which is then
/// only compared with itself. The error is a sentence that names the file, and the entry if one is wrong.
[[nodiscard]] base::result<security::transcript_findings, std::string>
verify_transcript_file(const std::string& file, const std::string& certificate);

/// What was found, in sentences for people.
void describe(const security::transcript_findings& found, bool is_trusted, std::ostream& out);

} // namespace mpac::tools
