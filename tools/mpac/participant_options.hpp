// Taking part in a session from the shell: which hub and session, as whom, with which credential (docs/credentials.md).
#pragma once

#include "base/result.hpp"
#include "client/options.hpp"
#include "tools/mpac/console.hpp"

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace mpac::tools {

/// What the arguments and options say that all commands of participants share.
struct participant_access {
  std::string url, session;
  std::string name;
  std::vector<std::string> roles = {"contributor"};
  std::string credential_type = "bearer_token", credential_file;
  std::string ca_file, client_certificate_file, client_key_file, headers_file;
  std::string signing_key_file, certificate_file, coordinator_key, participant_ca_file;
};

/// Adds URL and SESSION, `--name`, `--role`, `--credential-file` and so on, with their variables of the environment.
[[nodiscard]] std::shared_ptr<participant_access> add_participant_options(CLI::App& app);

/// Paragraphs for the help of each.
extern const char* const about_participants;

/// The error is a sentence. A credential's file is read anew whenever the hub is asked to let in. `with` is warned of
/// secrets that everybody on the way to the hub could read.
[[nodiscard]] base::result<client::options, std::string> participant_options(const participant_access& how,
                                                                             const console& with);

} // namespace mpac::tools
