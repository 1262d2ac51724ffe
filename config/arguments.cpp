#include "config/arguments.hpp"

#include "config/printer.hpp"
#include "config/warnings.hpp"

#include <CLI/CLI.hpp>

#include <sstream>
#include <utility>

namespace mpac::config {

std::variant<arguments, leave> read_arguments(int count, const char* const* values, std::string_view version) {
  arguments given;
  std::string file;
  CLI::App app{"Coordinates agents of different principals in many sessions at once.", "mpac-cluster"};
  app.set_version_flag("--version", "mpac-cluster " + std::string{version});
  app.add_option("--config", file, "Configuration file; without it the built-in defaults hold")->type_name("FILE");
  app.add_option("--set", given.sets, "Override one key after file and environment; repeat for more")
      ->type_name("section.key=value")
      ->allow_extra_args(false);
  app.add_option("--import-snapshot", given.snapshots, "Make a session of a snapshot, then run; repeat for more")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_flag("--check-config", given.check_config,
               "Tell every mistake in the configuration and leave: 0 good, 2 bad");
  app.add_flag("--print-config", given.print_config, "Print the whole effective configuration as TOML and leave");
  key_request key;
  bool makes_key = false;
  auto* generate =
      app.add_flag("--generate-key", makes_key, "Make the coordinator's private key and its certificate, and leave");
  app.add_option("--out-dir", key.out_dir, "Where --generate-key puts coordinator.key and coordinator.pem")
      ->type_name("DIR")
      ->capture_default_str()
      ->needs(generate);
  app.add_option("--key-type", key.type, "What --generate-key makes")
      ->check(CLI::IsMember({"ed25519", "p256"}))
      ->capture_default_str()
      ->needs(generate);
  app.add_option("--common-name", key.common_name, "Whom the certificate names; node.name where it is not given")
      ->type_name("NAME")
      ->needs(generate);
  app.add_option("--valid-days", key.valid_days, "How long the certificate is valid")
      ->check(CLI::Range(1, 36'500))
      ->type_name("DAYS")
      ->capture_default_str()
      ->needs(generate);
  verification_request transcript;
  auto* verify = app.add_option("--verify-transcript", transcript.file,
                                "Tell whether an exported transcript is whole and unchanged, and leave: 0 good, 1 not")
                     ->type_name("FILE")
                     ->excludes(generate);
  app.add_option(
         "--certificate", transcript.certificate,
         "Whom --verify-transcript trusts to be the coordinator; else the transcript is only compared with itself")
      ->type_name("FILE")
      ->needs(verify);
  app.footer("MPAC_LISTEN__PORT=9000 in the environment sets listen.port; --set comes after it.");
  try {
    app.parse(count, values);
  } catch (const CLI::ParseError& reason) {
    std::ostringstream out, err;
    const int code = app.exit(reason, out, err);
    return code == 0 ? leave{exit_clean, out.str()} : leave{exit_bad_configuration, err.str()};
  }
  if (app.count("--config") > 0)
    given.config = file;
  if (makes_key)
    given.key = std::move(key);
  if (verify->count() > 0)
    given.transcript = std::move(transcript);
  return given;
}

std::variant<run, leave> prepare(int count, const char* const* values, const char* const* environment,
                                 std::string_view version) {
  auto read = read_arguments(count, values, version);
  if (auto* reason = std::get_if<leave>(&read))
    return std::move(*reason);
  auto given = std::get<arguments>(std::move(read));
  if (given.transcript)
    return run{std::move(given), {}};

  auto loaded = load(given.config, mpac_variables(environment), given.sets);
  if (!loaded) {
    std::string text;
    for (const problem& each : loaded.error())
      text += to_string(each) + '\n';
    return leave{exit_bad_configuration, std::move(text)};
  }
  if (given.print_config)
    return leave{exit_clean, print(*loaded)};
  if (given.check_config) {
    std::string text;
    for (const std::string& each : warnings(*loaded))
      text += "warning: " + each + '\n';
    return leave{exit_clean, text + "the configuration is good\n"};
  }
  return run{std::move(given), *std::move(loaded)};
}

} // namespace mpac::config
