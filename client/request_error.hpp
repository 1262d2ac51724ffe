// Why a request of a participant came to nothing: refused by the coordinator, or never answered, or never sent.
#pragma once

#include "base/clock.hpp"
#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client {

/// What kept a request from being carried out.
enum class obstacle : std::uint8_t {
  refused,            ///< PROTOCOL_ERROR for it: see `code` (SPEC 22.1)
  rejected,           ///< OP_REJECT for it: see `operations` (SPEC 16.4)
  too_large,          ///< the coordinator takes no message of that size, and never will (close code 1009)
  timed_out,          ///< no answer in time: whether it was carried out is not known
  connection_lost,    ///< the connection broke before the answer came, and the answer was not among what was missed
  not_connected,      ///< nothing was sent: there is no connection at the moment
  coordinator_silent, ///< nothing was sent: others hold what it touches, and nobody would judge it (SPEC 8.1.1.1)
  causal_gap,   ///< nothing was sent: it is a judgement, and frames are missing that it should rest on (SPEC 12.8)
  backoff,      ///< nothing was sent: a resolution refused this scope, and the wait is not over (SPEC 15.3.1)
  session_over, ///< the session has ended, or this participant has left it
  unacceptable, ///< nothing was sent: the request, or what is known of the coordinator, makes no sense; see `what`
};

[[nodiscard]] std::string_view to_string(obstacle why) noexcept;

/// The error of every request.
struct request_error {
  obstacle why = obstacle::refused;
  std::string what; ///< a sentence for a person: of a refusal the coordinator's own description

  std::optional<protocol::word<protocol::error_code>> code; ///< of `refused`
  std::optional<protocol::json_text> extensions;            ///< of `refused`: `holders`, `retry_after_sec` and so on
  std::optional<base::duration> retry_after;                ///< where waiting helps: as the coordinator says it
  std::vector<protocol::op_id> operations;                  ///< of `rejected`: which of them
  /// Of `connection_lost`: everything that was missed has been told since, and the request is not in it. The
  /// coordinator never took it, and it may be sent again.
  bool is_known_not_taken = false;

  [[nodiscard]] bool is(protocol::error_code which) const noexcept { return code && code->is(which); }
};

/// Of a HELLO that failed so: whether it may be accepted later without anybody doing anything about it.
[[nodiscard]] bool may_pass(const request_error& why) noexcept;

/// For logs and terminals: what it was, the code if there is one, and the sentence.
[[nodiscard]] std::string describe(const request_error& failed);

} // namespace mpac::client
