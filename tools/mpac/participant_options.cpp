#include "tools/mpac/participant_options.hpp"

#include "client/address.hpp"
#include "client/participant.hpp"
#include "security/signing_key.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace mpac::tools {
namespace {

constexpr std::size_t longest_session = 128;
constexpr const char* session_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:@-";

std::optional<std::string> content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return in.is_open() ? std::optional(std::move(text)) : std::nullopt;
}

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
  app.add_option("--signing-key", how->signing_key_file, "The key to sign with, for the verified profile: PEM")
      ->type_name("FILE");
  app.add_option("--certificate", how->certificate_file, "The certificates of the signing key, its own first: PEM")
      ->type_name("FILE");
  return how;
}

base::result<client::options, std::string> participant_options(const participant_access& how) {
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
  if (!how.ca_file.empty()) {
    auto authorities = content_of(how.ca_file);
    if (!authorities)
      return base::fail("can't read " + how.ca_file);
    made.tls.authorities = std::move(*authorities);
  }
  if (how.signing_key_file.empty() != how.certificate_file.empty())
    return base::fail(std::string("--signing-key and --certificate go together"));
  if (!how.signing_key_file.empty()) {
    auto key = security::signing_key::load(how.signing_key_file, how.certificate_file);
    if (!key)
      return base::fail(key.error());
    made.trust.signing_key = std::move(*key);
  }
  made.credential = [how] { return credential_of(how); };
  return made;
}

} // namespace mpac::tools
