// mpac: reads its arguments, does what one sub-command does, and tells the shell how it went.
#include "tools/mpac/command_line.hpp"

#include <csignal>
#include <exception>
#include <iostream>

#include <fcntl.h>

namespace {

/// Whoever starts us may have closed standard streams; the next file or socket would take their place, and be read or
/// written as such. Nothing comes from these, and what is written to them fails.
void hold_closed_streams() {
  for (const int stream : {0, 1, 2})
    if (::fcntl(stream, F_GETFD) == -1)
      (void)::open("/dev/null", O_RDONLY); // takes the lowest number that is free: this one
}

} // namespace

int main(int count, char** values) {
  using namespace mpac::tools;
  hold_closed_streams();
  std::signal(SIGPIPE, SIG_IGN); // a peer that goes is an error of that write
  const auto with = standard_console();
  auto code = exit_code::bad;
  try {
    code = run(count, values, MPAC_VERSION, with);
  } catch (const std::exception& why) {
    return static_cast<int>(with.sorry(exit_code::bad, why.what()));
  }
  if (!std::cout.flush()) // a full disk, or a reader that went away
    return static_cast<int>(code == exit_code::good ? exit_code::bad : code);
  return static_cast<int>(code);
}
