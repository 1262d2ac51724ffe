// Options that are a number of seconds.
#pragma once

namespace CLI {
class Option;
} // namespace CLI

namespace mpac::tools {

/// Takes a finite number from `least` to `most`, shows the value that stands there as the default, and is typed
/// SECONDS. CLI11's own check lets `nan` pass.
void take_seconds(CLI::Option* option, double least, double most);

} // namespace mpac::tools
