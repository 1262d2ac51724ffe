// One mistake in the configuration, told so that its author finds and mends it.
#pragma once

#include <string>
#include <vector>

namespace mpac::config {

/// Where something was written.
struct origin {
  enum class kind { built_in, file, environment, command_line, request };

  kind from = kind::built_in;
  std::string source; ///< a file's name, "environment variable MPAC_X", "--set x=y", "request body"
  int line = 0;       ///< from 1; 0: has no lines
  int column = 0;     ///< from 1, in characters

  friend bool operator==(const origin&, const origin&) = default;
};

struct problem {
  origin where;
  std::string key; ///< dotted, "listen.port"; empty for a syntax error
  std::string message;
  std::string nearest; ///< the valid name that was probably meant; empty when none is near

  friend bool operator==(const problem&, const problem&) = default;
};

/// `cluster.toml:12:9: listen.port: must be …`, with `; did you mean "listen.port"?` when there is a nearest name.
[[nodiscard]] std::string to_string(const problem& one);

using problems = std::vector<problem>;

} // namespace mpac::config
