// `mpac token`: credentials for the authenticated profile (SPEC 23.1.4, docs/credentials.md).
#include "tools/mpac/credentials.hpp"

#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "security/private_file.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/json.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

namespace mpac::tools::commands {
namespace {

struct wanted {
  credential_claims who;
  token_claims what;
  std::string span, key_file, certificate_file, secret_file;
  bool as_json = false;
};

const CLI::Validator span{[](std::string& text) {
                            const auto read = read_span(text);
                            return read ? std::string() : read.error();
                          },
                          ""};

void add_claims(CLI::App& app, const std::shared_ptr<wanted>& what) {
  app.add_option("--principal", what->who.principal_id, "Whom it proves, such as agent:alice")
      ->type_name("ID")
      ->required();
  app.add_option("--role", what->who.roles, "A role it allows; repeat for more. None: the hub's role policy decides")
      ->type_name("ROLE")
      ->allow_extra_args(false);
  app.add_option("--session", what->who.sessions, "A session it is good for; repeat for more. None: all")
      ->type_name("SESSION")
      ->allow_extra_args(false);
  app.add_option("--tenant", what->who.tenant, "On whose account it works")->type_name("NAME");
}

exit_code make_token(wanted what, const console& with) {
  if (what.certificate_file.empty())
    what.certificate_file = std::filesystem::path(what.key_file).replace_extension(".pem").string();
  const auto key = security::signing_key::load(what.key_file, what.certificate_file);
  if (!key)
    return with.sorry(exit_code::misused, key.error());
  what.what.valid_for = *read_span(what.span);
  what.what.token_id = security::write_base64url(security::random_key());
  const auto token = signed_token(what.who, what.what, base::now(), *key);
  if (what.as_json) {
    with.out << json::serialize(json::value{{"type", "bearer_token"}, {"value", token}, {"issuer", what.what.issuer}})
             << '\n';
    return exit_code::good;
  }
  with.out << token << '\n';
  with.err << "\nThis token is a secret of " << printable(what.who.principal_id)
           << ", who shows it in HELLO as credential\n"
           << R"({"type": "bearer_token", "value": <the token>}; it is good for )" << what.span << ". " << what.key_file
           << " stays with you:\nwhoever has it signs as anybody. A hub takes the token with\n\n"
           << "[auth.jwt]\nissuer    = " << json::serialize(json::string(what.what.issuer))
           << "\naudience  = " << json::serialize(json::string(what.what.audience))
           << "\nkeys_file = " << json::serialize(json::string(what.certificate_file))
           << "  # public, safe to copy there\n";
  return exit_code::good;
}

exit_code make_api_key(const wanted& what, const console& with) {
  auto who = what.who;
  if (!what.span.empty())
    who.valid_for = *read_span(what.span);
  const auto secret = security::write_base64url(security::random_key());
  if (const auto written = security::write_new_file(what.secret_file, secret + '\n', 0600); !written)
    return with.sorry(exit_code::bad, written.error());
  const auto block = api_key_block(secret, who, base::now());
  if (what.as_json) {
    with.out << json::serialize(json::value{{"secret_file", what.secret_file},
                                            {"sha256", security::to_hex(security::sha256(secret))},
                                            {"principal_id", who.principal_id},
                                            {"api_keys_file_block", block}})
             << '\n';
    return exit_code::good;
  }
  with.out << block;
  with.err
      << "\nThe key is in " << what.secret_file << " (mode 600): give it to " << printable(who.principal_id)
      << " alone, who shows it in HELLO as\ncredential {\"type\": \"api_key\", \"value\": <the key>}, without the end "
         "of the "
         "line. The block above is for the\nhub's auth.api_keys_file; it holds a hash only. SIGHUP makes a running hub "
         "read it.\n";
  return exit_code::good;
}

} // namespace

command token() {
  return {
      .name = "token",
      .summary = "Make test credentials for the authenticated profile",
      .about = "What goes to standard output is what you asked for; who must keep which part secret, and what the hub "
               "is to\n"
               "be told, is said on standard error.",
      .examples = {{"mpac token jwt --principal agent:alice --key issuer/coordinator.key --issuer me --audience hub",
                    "a signed token for alice"},
                   {"mpac token api-key --principal agent:bob --secret-file bob.key >> api-keys.toml",
                    "a key for bob, its hash for the hub"}},
      .options = [](CLI::App& app) -> action {
        const auto what = std::make_shared<wanted>();
        auto* jwt = app.add_subcommand("jwt", "Sign a JSON Web Token: credential type bearer_token");
        add_claims(*jwt, what);
        jwt->add_option("--key", what->key_file, "The issuer's private key (`mpac keygen` makes one)")
            ->type_name("FILE")
            ->required();
        jwt->add_option("--certificate", what->certificate_file, "Its certificate; else the key's name with .pem")
            ->type_name("FILE");
        jwt->add_option("--issuer", what->what.issuer, "auth.jwt.issuer of the hub")->type_name("TEXT")->required();
        jwt->add_option("--audience", what->what.audience, "auth.jwt.audience of the hub")
            ->type_name("TEXT")
            ->required();
        auto* lasts = jwt->add_option("--valid-for", what->span, "How long: 90s, 15m, 12h, 30d")
                          ->type_name("SPAN")
                          ->check(span.active());
        jwt->add_flag("--json", what->as_json, "Print it as the credential object of HELLO, and nothing else");
        teach(*jwt, "",
              {{"mpac keygen --name me --out-dir issuer", "first, once: the key that signs"},
               {"mpac token jwt --principal agent:alice --role owner --session demo \\\n"
                "      --key issuer/coordinator.key --issuer me --audience hub --valid-for 8h",
                "an owner of the session demo, for a day's work"}});
        auto* api_key = app.add_subcommand("api-key", "Draw a key at random: credential type api_key");
        add_claims(*api_key, what);
        api_key->add_option("--secret-file", what->secret_file, "Where the key itself goes; must not be there yet")
            ->type_name("FILE")
            ->required();
        api_key->add_option("--valid-for", what->span, "How long: 90s, 15m, 12h, 30d; else for ever")
            ->type_name("SPAN")
            ->check(span.active());
        api_key->add_flag("--json", what->as_json, "Print what was made as one JSON object, and nothing else");
        teach(*api_key, "",
              {{"mpac token api-key --principal agent:bob --secret-file bob.key >> api-keys.toml",
                "the secret to bob.key, the hash to the hub's file"}});
        app.require_subcommand(1);
        return [what, jwt, lasts](const console& with) {
          if (!jwt->parsed())
            return make_api_key(*what, with);
          if (lasts->count() == 0)
            what->span = "1h";
          return make_token(*what, with);
        };
      }};
}

} // namespace mpac::tools::commands
