// From file, environment and `--set` to settings, or to every mistake at once.
#pragma once

#include "base/result.hpp"
#include "config/overrides.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mpac::config {

/// A configuration file's text; `name` is how mistakes call it.
struct document {
  std::string name;
  std::string text;
};

/// What is read, in the order in which the later wins.
struct sources {
  std::optional<document> file;
  variables environment;         ///< see mpac_variables
  std::vector<std::string> sets; ///< "section.key=value"
};

/// Reads a file; the error says why it cannot be read.
[[nodiscard]] base::result<document, problem> read_document(const std::filesystem::path& file);

/// Loads what is given over the built-in defaults.
///
/// The error holds every mistake of every source: unknown names with the nearest valid one, wrong types, values out of
/// range or not in their list, keys that contradict each other. Only a syntax error hides the rest of its file.
/// A `[sessions.<id>]` starts from `[session]`; a `role_policy` in it replaces the general one as a whole.
[[nodiscard]] base::result<settings, problems> load(const sources& from);

/// Reads the file, if any, and loads it.
[[nodiscard]] base::result<settings, problems> load(const std::optional<std::filesystem::path>& file,
                                                    const variables& environment, const std::vector<std::string>& sets);

} // namespace mpac::config
