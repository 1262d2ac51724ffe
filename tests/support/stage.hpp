// What a conversation is played on: the pure core, the actors under virtual time, or a hub behind a socket.
#pragma once

#include "base/clock.hpp"
#include "protocol/policy.hpp"
#include "protocol/session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::tests {

/// How the session of a conversation begins.
struct opening {
  protocol::session_id session{"talk"};
  protocol::shared_policy policy = protocol::default_policy();
  std::string policy_json = "{}"; ///< the same, as `POST /api/v1/sessions` takes it, for stages that make sessions so
  protocol::session_limits limits;
  protocol::file_table files;
};

/// One session and the connections into it, by name. Everything that was sent has been worked off before `hear` says
/// that nothing more comes: on a stage with virtual time at once, on a real one after a while.
class stage {
public:
  virtual ~stage() = default;

  /// A new session, nobody connected.
  virtual void open(const opening& how) = 0;

  virtual void connect(const std::string& line) = 0;
  /// The peer goes without a word.
  virtual void disconnect(const std::string& line) = 0;
  virtual void send(const std::string& line, std::string_view text) = 0;
  /// A sign of life that is no message.
  virtual void pong(const std::string& line) = 0;

  /// The next frame that came in on a connection, or nothing.
  virtual std::optional<std::string> hear(const std::string& line) = 0;
  /// The WebSocket close code with which the hub ended a connection, or nothing.
  virtual std::optional<int> closed_with(const std::string& line) = 0;

  /// Lets time pass, with all that falls due in it.
  virtual void wait(base::duration span) = 0;
  [[nodiscard]] virtual base::instant now() const = 0;

  /// What the operator does.
  virtual void close_session(protocol::close_reason reason) = 0;
  virtual void change_policy(protocol::shared_policy policy) = 0;

  /// The `session` object of SESSION_SUMMARY_RESPONSE, asked for without being a participant.
  virtual std::string overview() = 0;

  /// Time is the test's to move; otherwise conversations marked `virtual` are left out.
  [[nodiscard]] virtual bool has_virtual_time() const = 0;
};

} // namespace mpac::tests
