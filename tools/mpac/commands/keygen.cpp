// `mpac keygen`: a key that signs, and its certificate (SPEC 23.1.3.1, 23.1.6).
#include "tools/both/key_making.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/json.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

namespace mpac::tools::commands {
namespace {

struct wanted {
  std::string name, folder = ".", type = "ed25519", holder = "coordinator";
  int days = 3650;
  bool as_json = false;
};

exit_code make(const wanted& what, const console& with) {
  const auto holder =
      what.holder == "participant" ? security::key_holder::participant : security::key_holder::coordinator;
  const auto made = make_key(holder, *key_type_of(what.type), what.name, what.days, what.folder);
  if (!made)
    return with.sorry(exit_code::bad, made.error());
  if (what.as_json)
    with.out << json::serialize(json::value{{"key_file", made->key.string()},
                                            {"certificate_file", made->certificate.string()},
                                            {"key_id", made->key_id},
                                            {"common_name", what.name}})
             << '\n';
  else
    describe(*made, holder, what.name, with.out);
  return exit_code::good;
}

} // namespace

command keygen() {
  return {
      .name = "keygen",
      .summary = "Make a signing key and its self-signed certificate",
      .about =
          "The private key goes to coordinator.key (or participant.key), which its owner alone can read; it stays on "
          "the\n"
          "machine that signs with it: the hub or a participant of verified sessions, or whoever issues test tokens "
          "with\n"
          "`mpac token jwt`. The certificate, .pem, is for everybody who is to verify. Files that are there are never\n"
          "overwritten. A participant shows its certificate in HELLO as credential of type x509_chain and signs what "
          "it\n"
          "says; the hub believes it if the certificate is in auth.x509.trust_anchors_file. That is for tests and "
          "small\n"
          "circles: an authority of your own scales better (docs/credentials.md).",
      .examples = {{"mpac keygen --name hub-1 --out-dir /etc/mpac/keys", "a coordinator's key, and what to configure"},
                   {"mpac keygen --for participant --name agent:alice --out-dir alice",
                    "for alice in verified sessions"},
                   {"mpac keygen --name test-issuer --out-dir issuer", "a key to sign test tokens with"}},
      .options = [](CLI::App& app) -> action {
        const auto what = std::make_shared<wanted>();
        app.add_option("--name", what->name,
                       "Whom the certificate names, 1 to 64 bytes; of a participant its principal id")
            ->type_name("NAME")
            ->required();
        app.add_option("--for", what->holder, "Who will sign with it")
            ->check(CLI::IsMember({"coordinator", "participant"}))
            ->capture_default_str();
        app.add_option("--out-dir", what->folder, "Where the two files go; made if missing")
            ->type_name("DIR")
            ->capture_default_str();
        app.add_option("--type", what->type, "What kind of key")
            ->check(CLI::IsMember({"ed25519", "p256"}))
            ->capture_default_str();
        app.add_option("--valid-days", what->days, "How long the certificate is valid")
            ->type_name("DAYS")
            ->check(CLI::Range(1, 36'500))
            ->capture_default_str();
        app.add_flag("--json", what->as_json, "Print what was made as one JSON object");
        return [what](const console& with) { return make(*what, with); };
      }};
}

} // namespace mpac::tools::commands
