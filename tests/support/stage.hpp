// What a conversation is played on: the pure core, the actors under virtual time, or a hub behind its sockets.
#pragma once

#include "base/clock.hpp"
#include "protocol/policy.hpp"
#include "protocol/session.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mpac::tests {

/// How the session of a conversation begins.
struct opening {
  protocol::session_id session{"talk"};
  protocol::shared_policy policy = protocol::default_policy();
  protocol::session_limits limits;
  protocol::file_table files;
};

/// The same for those who make the session themselves. The moment is theirs to add.
inline protocol::session_origin origin_of(const opening& how) {
  protocol::session_origin origin;
  origin.id = how.session;
  origin.policy = how.policy;
  origin.limits = how.limits;
  origin.files = how.files;
  return origin;
}

/// What was asked is nothing that can happen on this stage; the message says why.
struct beyond_this_stage : std::logic_error {
  using std::logic_error::logic_error;
};

/// One session and the connections into it, by name. What was sent on one connection is worked off before another one
/// sends, and before `hear` says that nothing more comes.
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

  /// Lets time pass, with all that falls due in it; `beyond_this_stage` where time is nobody's to move.
  virtual void wait(base::duration span) = 0;
  [[nodiscard]] virtual base::instant now() const = 0;

  /// Whether what this stage holds outlives its coordinator. Conversations in which it restarts are not played on one
  /// of which it does not.
  [[nodiscard]] virtual bool can_restart() const { return false; }
  /// The coordinator is gone without a word, and with it all connections; after `downtime` it is back in a new epoch.
  virtual void restart(base::duration downtime) {
    (void)downtime;
    throw beyond_this_stage("what this stage holds does not outlive its coordinator");
  }

  /// What the operator does; `beyond_this_stage` where there is no way to do it.
  virtual void close_session(protocol::close_reason reason, protocol::close_disposition intents) = 0;
  virtual void change_policy(protocol::shared_policy policy) = 0;

  /// The `session` object of SESSION_SUMMARY_RESPONSE, asked for without being a participant.
  virtual std::string overview() = 0;
};

} // namespace mpac::tests
