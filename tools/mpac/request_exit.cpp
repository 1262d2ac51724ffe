#include "tools/mpac/request_exit.hpp"

namespace mpac::tools {

exit_code code_of(const client::request_error& failed) noexcept {
  using client::obstacle;
  using protocol::error_code;
  switch (failed.why) {
  case obstacle::refused:
    return failed.is(error_code::credential_rejected) || failed.is(error_code::authorization_failed)
               ? exit_code::not_let_in
               : exit_code::refused;
  case obstacle::rejected:
  case obstacle::too_large:
  case obstacle::backoff:
    return exit_code::refused;
  case obstacle::timed_out:
  case obstacle::connection_lost:
  case obstacle::not_connected:
  case obstacle::coordinator_silent:
  case obstacle::session_over:
    return exit_code::unreachable;
  case obstacle::causal_gap:
  case obstacle::unacceptable:
    return exit_code::bad;
  }
  return exit_code::bad;
}

} // namespace mpac::tools
