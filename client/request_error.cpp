#include "client/request_error.hpp"

#include <array>

namespace mpac::client {

std::string_view to_string(obstacle why) noexcept {
  constexpr std::array<std::string_view, 11> names{
      "refused",    "rejected", "too large",    "timed out",   "connection lost", "not connected", "coordinator silent",
      "causal gap", "backoff",  "session over", "unacceptable"};
  return names[static_cast<std::size_t>(why)];
}

bool may_pass(const request_error& why) noexcept {
  using protocol::error_code;
  switch (why.why) {
  case obstacle::unacceptable:
  case obstacle::session_over:
  case obstacle::too_large:
    return false;
  case obstacle::refused:
    return why.retry_after || why.is(error_code::rate_limited) || why.is(error_code::limit_reached) ||
           why.is(error_code::internal_error) || why.is(error_code::replay_detected);
  default:
    return true;
  }
}

std::string describe(const request_error& failed) {
  std::string text(to_string(failed.why));
  if (failed.code)
    text += " (" + failed.code->text() + ")";
  return failed.what.empty() ? text : text + ": " + failed.what;
}

} // namespace mpac::client
