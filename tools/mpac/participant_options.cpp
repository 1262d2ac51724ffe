#include "tools/mpac/participant_options.hpp"

#include "base/host_and_port.hpp"
#include "client/address.hpp"
#include "client/participant.hpp"
#include "security/private_file.hpp"
#include "security/signing_key.hpp"
#include "tools/mpac/file_content.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace mpac::tools {
namespace {

constexpr std::size_t longest_session = 128;
constexpr const char* session_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:@-";

std::string without_line_end(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

/// The user's, and something that nobody else has: two programs of one user are two participants.
std::string made_up_name() {
  const char* user = std::getenv("USER");
  constexpr std::size_t enough = 6;
  return std::string(user && *user ? user : "agent") + "-" + client::participant::fresh_id().substr(0, enough);
}

/// Nothing where there is none to be shown.
std::optional<protocol::credential> credential_of(const participant_access& how) {
  std::optional<std::string> value;
  if (!how.credential_file.empty())
    value = content_of(how.credential_file);
  else if (const char* given = std::getenv("MPAC_CREDENTIAL"))
    value = given;
  if (!value || value->empty())
    return std::nullopt;
  return protocol::credential{how.credential_type, without_line_end(std::move(*value)), {}, {}};
}

/// What is said to the hub that nobody else should read, with its verb.
std::vector<std::string> secrets_of(const participant_access& how) {
  std::vector<std::string> secrets;
  const bool is_public = how.credential_type == "x509_chain" || how.credential_type == "mtls_fingerprint";
  if (!is_public && credential_of(how))
    secrets.emplace_back("the credential goes");
  if (!how.headers_file.empty())
    secrets.emplace_back("the headers of " + how.headers_file + " go");
  return secrets;
}

bool is_key_id(std::string_view text) {
  constexpr std::string_view prefix = "sha256:", digits = "0123456789abcdef";
  constexpr std::size_t length = prefix.size() + 64;
  return text.starts_with(prefix) && text.size() == length &&
         text.find_first_not_of(digits, prefix.size()) == text.npos;
}

using header_list = std::vector<std::pair<std::string, std::string>>;

/// A file, for they may hold secrets.
base::result<header_list, std::string> headers_in(const std::string& file) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
  const auto text = security::read_private_file(file);
  if (!text)
    return base::fail(text.error());
  header_list made;
  std::istringstream lines(*text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line = without_line_end(std::move(line));
    if (line.empty())
      continue;
    const auto name = line.substr(0, line.find(':'));
    const auto value = line.find_first_not_of(" \t", std::min(name.size() + 1, line.size()));
    const bool is_plain = std::all_of(line.begin(), line.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    if (name.empty() || name.find_first_not_of(letters) != name.npos || value == line.npos || !is_plain)
      return base::fail(file + ": line " + std::to_string(number) + " is no header: expected NAME: VALUE");
    made.emplace_back(name, line.substr(value));
  }
  return base::result<header_list, std::string>{boost::system::in_place_value, std::move(made)};
}

} // namespace

const char* const about_participants =
    "URL is where the hub listens, as ws://host:port or wss://host:port; /session/SESSION is added to an address "
    "without\n"
    "a path. NAME makes the participant agent:NAME (a name with a colon in it, such as human:ann, is taken as it is): "
    "who\n"
    "comes again under the same name is the same participant. Two programs at a time must not share one.\n\n"
    "A credential is read from a file, or from MPAC_CREDENTIAL in the environment; it is never an argument, which\n"
    "everybody on the machine could see.";

std::shared_ptr<participant_access> add_participant_options(CLI::App& app) {
  auto how = std::make_shared<participant_access>();
  app.add_option("URL", how->url, "Where the hub listens: ws:// or wss://")->required();
  app.add_option("SESSION", how->session, "Which session")->required();
  app.add_option("--name", how->name, "Who you are; left out: your user's name and something made up")
      ->type_name("NAME")
      ->envname("MPAC_NAME");
  app.add_option("--role", how->roles, "A role to ask for; repeat for more")
      ->type_name("ROLE")
      ->allow_extra_args(false)
      ->capture_default_str();
  app.add_option("--credential-file", how->credential_file, "The file with the credential that the hub wants")
      ->type_name("FILE")
      ->envname("MPAC_CREDENTIAL_FILE");
  app.add_option("--credential-type", how->credential_type, "What kind of credential it is")
      ->type_name("TYPE")
      ->envname("MPAC_CREDENTIAL_TYPE")
      ->capture_default_str();
  app.add_option("--ca-file", how->ca_file, "Whom to believe over wss: PEM; else the system's authorities")
      ->type_name("FILE")
      ->envname("MPAC_CA_FILE");
  app.add_option("--client-certificate", how->client_certificate_file,
                 "The certificate to show the hub over wss, then its issuers': PEM")
      ->type_name("FILE");
  app.add_option("--client-key", how->client_key_file, "That certificate's key: PEM, for your eyes alone")
      ->type_name("FILE");
  app.add_option("--headers-file", how->headers_file,
                 "More headers of the HTTP request, such as a proxy wants: `NAME: VALUE` on each line; "
                 "for your eyes alone")
      ->type_name("FILE");
  app.add_option("--signing-key", how->signing_key_file, "The key to sign with, for the verified profile: PEM")
      ->type_name("FILE");
  app.add_option("--certificate", how->certificate_file, "The certificates of the signing key, its own first: PEM")
      ->type_name("FILE");
  app.add_option("--coordinator-key", how->coordinator_key,
                 "sha256: and the digest of the coordinator's certificate; else the key that it tells is believed")
      ->type_name("KEY");
  app.add_option("--participant-ca-file", how->participant_ca_file,
                 "Who may vouch for the others' keys: PEM; else they are believed as the coordinator tells them")
      ->type_name("FILE");
  return how;
}

base::result<client::options, std::string> participant_options(const participant_access& how, const console& with) {
  if (how.session.empty() || how.session.size() > longest_session ||
      how.session.find_first_not_of(session_letters) != how.session.npos)
    return base::fail(std::string("SESSION must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ : @ -"));
  const auto read = client::address::of(how.url);
  if (!read)
    return base::fail("URL: " + read.error());
  client::options made;
  made.url = how.url;
  if (read->target == "/")
    made.url = how.url.substr(0, how.url.find_last_not_of('/') + 1) + "/session/" + how.session;
  made.session = protocol::session_id(how.session);
  const auto name = how.name.empty() ? made_up_name() : how.name;
  made.who.principal_id = protocol::principal_id(name.find(':') == name.npos ? "agent:" + name : name);
  if (name.starts_with("human:"))
    made.who.type = protocol::principal_type::human;
  made.who.display_name = name.substr(name.find(':') + 1);
  made.who.roles = how.roles;
  made.who.implementation = protocol::implementation_info{"mpac", MPAC_VERSION};
  for (const auto& [file, into] : {std::pair{&how.ca_file, &made.tls.authorities},
                                   std::pair{&how.client_certificate_file, &made.tls.client_certificate},
                                   std::pair{&how.participant_ca_file, &made.trust.participant_authorities}}) {
    if (file->empty())
      continue;
    auto text = content_of(*file);
    if (!text)
      return base::fail("can't read " + *file);
    if (text->empty()) // which would stand for the usual ones
      return base::fail(*file + " is empty");
    *into = std::move(*text);
  }
  if (how.client_certificate_file.empty() != how.client_key_file.empty())
    return base::fail(std::string("--client-certificate and --client-key go together"));
  if (!how.client_key_file.empty()) {
    auto key = security::read_private_file(how.client_key_file);
    if (!key)
      return base::fail(key.error());
    made.tls.client_key = std::move(*key);
  }
  if (!how.headers_file.empty()) {
    auto headers = headers_in(how.headers_file);
    if (!headers)
      return base::fail(headers.error());
    made.headers = std::move(*headers);
  }
  if (!how.coordinator_key.empty() && !is_key_id(how.coordinator_key))
    return base::fail(std::string("--coordinator-key must be sha256: and 64 digits of 0-9 a-f"));
  made.trust.coordinator_key = how.coordinator_key;
  if (how.signing_key_file.empty() != how.certificate_file.empty())
    return base::fail(std::string("--signing-key and --certificate go together"));
  if (!how.signing_key_file.empty()) {
    auto key = security::signing_key::load(how.signing_key_file, how.certificate_file);
    if (!key)
      return base::fail(key.error());
    made.trust.signing_key = std::move(*key);
  }
  made.credential = [how] { return credential_of(how); };
  if (!read->is_encrypted && !base::is_this_machine(read->host))
    for (const auto& secret : secrets_of(how))
      with.warn(secret + " to " + printable(read->host) + " unencrypted: take wss://, or a tunnel to this machine");
  return made;
}

} // namespace mpac::tools
