#include "protocol/admission.hpp"

#include "protocol/timestamp.hpp"

#include <algorithm>
#include <functional>

namespace mpac::protocol {
namespace {

// SPEC 14.5, 14.7.4.1, 15.5.1 and O-161: what the coordinator alone may send.
bool is_coordinators_own(const message_body& body) {
  switch (kind_of(body).value_or(message_kind::hello)) {
  case message_kind::session_info:
  case message_kind::session_close:
  case message_kind::coordinator_status:
  case message_kind::intent_claim_status:
    return true;
  case message_kind::intent_deferred:
    return std::get<intent_deferred>(body).status.has_value();
  default:
    return false;
  }
}

/// SPEC 23.1.2: what is older than the window may be a replay that nobody remembers the first time of.
std::optional<std::string> untimely(const envelope& message, base::duration window, base::instant now) {
  const auto said = parse_timestamp(message.ts);
  if (said && *said <= now + window && *said >= now - window)
    return std::nullopt;
  return "ts: '" + message.ts + "' is more than " + std::to_string(static_cast<long>(base::to_seconds(window))) +
         " s away from the coordinator's clock, which says " + base::to_rfc3339(now);
}

// Never the ring's empty value.
std::size_t hash_of(const message_id& id) {
  return std::hash<message_id>{}(id) | 1;
}

} // namespace

admission::verdict admission::admit(envelope&& message, frame_ptr frame, base::instant now) {
  const auto* error = std::get_if<protocol_error>(&message.body);
  const auto refuse = [&](error_code code, std::string why) -> verdict {
    if (error)
      return silence::error_message;
    return refusal{code, std::move(why), message.message_id};
  };
  const auto kind = kind_of(message.body);
  if (!kind && !terms_->strict)
    return silence::unknown_type;
  if (!kind)
    return refuse(error_code::unknown_message_type, "message_type: '" + std::get<unknown_message>(message.body).type +
                                                        "' is not of this protocol version");
  // Two errors ask for something: SPEC 12.8, 14.7.1.
  if (error && !error->error_code.is(error_code::causal_gap) &&
      !error->error_code.is(error_code::participant_unavailable))
    return silence::error_message;
  if (!terms_->tolerates_any_id() && message.session_id != terms_->session)
    return refuse(error_code::invalid_reference, "session_id: this connection belongs to session '" +
                                                     terms_->session.str() + "', not to '" + message.session_id.str() +
                                                     "'");

  const auto& from = message.sender;
  if (from.principal_id == terms_->coordinator)
    return refuse(error_code::authorization_failed,
                  "sender.principal_id: '" + from.principal_id.str() + "' is the coordinator");
  if (who_ && from.principal_id != *who_)
    return refuse(error_code::authorization_failed, "sender.principal_id: this connection speaks for '" + who_->str() +
                                                        "', not for '" + from.principal_id.str() + "'");
  if (is_coordinators_own(message.body))
    return refuse(error_code::authorization_failed,
                  std::string("message_type: only the coordinator sends ") + std::string(to_word(*kind)));
  const bool is_open = terms_->security_profile == security_profile::open;
  std::shared_ptr<const refusal> objection;
  if (!is_open)
    if (auto why = untimely(message, terms_->replay_window, now))
      return refuse(error_code::replay_detected, std::move(*why));
  if (kind != message_kind::hello) {
    if (!present_)
      return refuse(error_code::invalid_reference,
                    who_ ? "'" + from.principal_id.str() + "' said GOODBYE; say HELLO to come back"
                         : "'" + from.principal_id.str() + "' is not in this session; say HELLO first");
    if (!type_.text().empty() && from.principal_type.text() != type_.text())
      return refuse(error_code::authorization_failed,
                    "sender.principal_type: '" + who_->str() + "' joined as '" + type_.text() + "'");
    if (now >= valid_until_ && kind != message_kind::goodbye)
      return refuse(error_code::authorization_failed, "the credential of '" + who_->str() + "' ran out at " +
                                                          base::to_rfc3339(valid_until_) +
                                                          "; say HELLO with a new one");
    if (is_open && is_remembered(message.message_id))
      return silence::seen_before;
    if (from.sender_instance_id != instance_)
      return refuse(error_code::authorization_failed,
                    "sender.sender_instance_id: a new incarnation says HELLO first; this connection joined as '" +
                        instance_.str() + "'");
    const auto lamport = message.watermark ? lamport_of(*message.watermark) : std::nullopt;
    if (lamport && frontier_.last() && *lamport <= *frontier_.last()) {
      refusal why{error_code::malformed_message,
                  "watermark: the Lamport value " + std::to_string(*lamport) + " is not above " +
                      std::to_string(*frontier_.last()) + ", which this incarnation has used already",
                  message.message_id};
      if (is_open)
        return refuse(why.code, std::move(why.description));
      objection = std::make_shared<const refusal>(std::move(why));
    }
    // O-013, by this incarnation's own count: a value that is refused may not become what the next is measured by.
    if (lamport && *lamport > frontier_.last().value_or(0) + lamport_clock::default_step)
      return refuse(error_code::malformed_message,
                    "watermark: the Lamport value " + std::to_string(*lamport) + " is too far above the last one");
    // What only the session can judge, and may refuse, is not what the next is measured by either.
    const bool is_plausible = terms_->security_profile != security_profile::verified || !lamport ||
                              *lamport <= frontier_.last().value_or(0) + lamport_clock::verified_step;
    if (lamport && is_plausible)
      (void)frontier_.advance(*lamport);
    if (is_open) // else the session remembers, for all connections and across restarts
      remember(message.message_id);
  }
  admitted through(std::move(message), std::move(frame), seat_, now);
  through.objection_ = std::move(objection);
  return through;
}

void admission::welcomed(const principal_id& who, word<principal_type> type, const instance_id& instance,
                         std::uint64_t lamport, base::instant until) {
  who_ = who;
  valid_until_ = until;
  type_ = std::move(type);
  if (instance_ != instance)
    frontier_ = {};
  instance_ = instance;
  if (lamport != 0)
    (void)frontier_.advance(lamport);
  present_ = true;
}

void admission::departed() {
  present_ = false;
}

std::optional<refusal> admission::pace(base::instant now) {
  if (within_rate(now))
    return std::nullopt;
  refusal why{error_code::rate_limited, "more messages per second than limits.messages_per_sec allows; slow down", {}};
  why.retry_after = base::from_seconds((1 - tokens_) / terms_->messages_per_sec);
  return why;
}

bool admission::within_rate(base::instant now) {
  if (terms_->messages_per_sec <= 0)
    return true;
  const double full = std::max(terms_->burst, 1.0);
  tokens_ = tokens_ < 0 ? full : std::min(full, tokens_ + base::to_seconds(now - refilled_) * terms_->messages_per_sec);
  refilled_ = now;
  if (tokens_ < 1)
    return false;
  tokens_ -= 1;
  return true;
}

bool admission::is_remembered(const message_id& id) const {
  return recent_ && std::find(recent_->begin(), recent_->end(), hash_of(id)) != recent_->end();
}

void admission::remember(const message_id& id) {
  if (!recent_)
    recent_ = std::make_unique<std::array<std::size_t, remembered_ids>>();
  (*recent_)[next_recent_++ % remembered_ids] = hash_of(id);
}

} // namespace mpac::protocol
