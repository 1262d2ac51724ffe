// Prints what came of a run, for people or for scripts.
#pragma once

#include "bench/swarm/conductor.hpp"

#include <string>

namespace mpac::bench::swarm {

/// A page of text.
std::string text_report(const options& asked, const outcome& result);

/// One JSON object on one line; its members are listed in bench/README.md.
std::string json_report(const options& asked, const outcome& result);

} // namespace mpac::bench::swarm
