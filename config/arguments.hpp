// The command line of mpac-cluster, from arguments to either "run with this" or "leave with this code".
#pragma once

#include "config/loader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::config {

/// The exit codes of mpac-cluster that are decided here (docs: 3 cannot bind or open the store, 1 anything else).
inline constexpr int exit_clean = 0;
inline constexpr int exit_bad_configuration = 2;

/// A key to be made (`--generate-key`).
struct key_request {
  std::string out_dir = ".";
  std::string type = "ed25519"; ///< or "p256"
  std::string common_name;      ///< empty: `node.name`
  int valid_days = 3650;
};

/// A transcript to be verified (`--verify-transcript`).
struct verification_request {
  std::string file;
  std::string certificate; ///< a file with the coordinator's certificates; empty: those of the transcript
};

/// What the arguments ask for. `load` again with the same on SIGHUP.
struct arguments {
  std::optional<std::filesystem::path> config;
  std::vector<std::string> sets;
  std::vector<std::string> snapshots;             ///< files, to make sessions of
  std::optional<key_request> key;                 ///< to be made, instead of running
  std::optional<verification_request> transcript; ///< to be verified, instead of running
  bool check_config = false;
  bool print_config = false;
};

/// Leave at once: print `text` (to standard output when `code` is 0, else to standard error) and exit with `code`.
struct leave {
  int code = exit_clean;
  std::string text;
};

/// Run the hub, or do what `given` asks for instead.
struct run {
  arguments given;
  settings configuration;
};

/// Reads the arguments alone; `--help`, `--version` and mistakes are reasons to leave.
[[nodiscard]] std::variant<arguments, leave> read_arguments(int count, const char* const* values,
                                                            std::string_view version);

/// Reads the arguments and loads the configuration they name. `--check-config` and `--print-config` leave with 0 when
/// the configuration is good; any mistake leaves with 2 and one line for each. To verify a transcript no configuration
/// is looked at.
[[nodiscard]] std::variant<run, leave> prepare(int count, const char* const* values, const char* const* environment,
                                               std::string_view version);

} // namespace mpac::config
