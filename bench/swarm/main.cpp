// swarm: simulated agents that load an MPAC hub and check what they receive. See bench/README.md.
#include "bench/open_files.hpp"
#include "bench/swarm/conductor.hpp"
#include "bench/swarm/options.hpp"
#include "bench/swarm/report.hpp"

#include <cstdio>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  using namespace mpac::bench;
  int exit_code = 0;
  const auto asked = swarm::read_options(argc, argv, exit_code);
  if (!asked)
    return exit_code;
  raise_open_files();
  try {
    const auto result = swarm::conduct(*asked);
    std::cout << (asked->json ? json_report(*asked, result) : text_report(*asked, result)) << std::flush;
    const bool sound = result.counted.failures == 0;
    const bool ran = result.joined == std::uint64_t{asked->sessions} * asked->participants;
    return ran && (sound || !asked->check) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "swarm: " << error.what() << '\n';
    return 2;
  }
}
