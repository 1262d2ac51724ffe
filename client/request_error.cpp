#include "client/request_error.hpp"

#include <array>

namespace mpac::client {

std::string_view to_string(obstacle why) noexcept {
  constexpr std::array<std::string_view, 10> names{
      "refused",    "rejected", "timed out",    "connection lost", "not connected", "coordinator silent",
      "causal gap", "backoff",  "session over", "unacceptable"};
  return names[static_cast<std::size_t>(why)];
}

std::string describe(const request_error& failed) {
  std::string text(to_string(failed.why));
  if (failed.code)
    text += " (" + failed.code->text() + ")";
  return failed.what.empty() ? text : text + ": " + failed.what;
}

} // namespace mpac::client
