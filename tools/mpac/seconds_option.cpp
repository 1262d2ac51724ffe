#include "tools/mpac/seconds_option.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace mpac::tools {

void take_seconds(CLI::Option* option, double least, double most) {
  const auto range = CLI::Range(least, most).get_description();
  const auto fault = [=](const std::string& text) {
    double seconds = 0;
    const bool fits = CLI::detail::lexical_cast(text, seconds) && least <= seconds && seconds <= most;
    return fits ? std::string() : "'" + text + "' is no number of seconds: " + range;
  };
  option->type_name("SECONDS")->check(fault, range)->capture_default_str();
}

} // namespace mpac::tools
