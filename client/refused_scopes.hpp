// Scopes that a resolution refused this participant: it waits before announcing them again (SPEC 15.3.1).
#pragma once

#include "protocol/announce_backoffs.hpp"
#include "protocol/messages/session_messages.hpp"

#include <map>
#include <optional>

namespace mpac::client {

/// The wait begins at 30 s, or as the session's policy has it, and doubles with each refusal up to 300 s. A value.
class refused_scopes {
public:
  explicit refused_scopes(protocol::principal_id me) : me_(std::move(me)) {}

  /// Takes initial wait, maximum and multiplier of the session's liveness policy, where it has them.
  void follow(const protocol::session_info& session);

  void announced(const protocol::intent_id& id, protocol::scope scope, base::instant now);
  void rescoped(const protocol::intent_id& id, protocol::scope scope);
  /// A resolution has refused this intent. Nothing happens if it is none that was announced here.
  void refused(const protocol::intent_id& id, base::instant now);
  /// The coordinator says itself that it is too early (INTENT_BACKOFF). What it asks for counts up to the maximum.
  void too_early(const protocol::scope& scope, base::duration remaining, base::instant now);
  /// It ended otherwise, which makes the next refusal a first one.
  void ended(const protocol::intent_id& id);

  /// How long to wait still; nothing: it may be announced.
  [[nodiscard]] std::optional<base::duration> wait_for(const protocol::scope& scope, base::instant now) const;

private:
  struct intent {
    protocol::scope scope;
    base::instant began{};
  };

  protocol::principal_id me_;
  base::duration initial_ = std::chrono::seconds{30}, longest_ = std::chrono::seconds{300};
  double multiplier_ = 2;
  std::map<protocol::intent_id, intent> mine_;
  protocol::announce_backoffs waits_;
};

} // namespace mpac::client
