#include "protocol/decide.hpp"
#include "protocol/messages/envelope_fields.hpp"
#include "protocol/rules/presence.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/refusal_extensions.hpp"

#include <algorithm>
#include <array>

namespace mpac::protocol {
namespace {

using namespace rules;

/// Who may send a kind of message (SPEC 18.2, 23.1.5); what a rule asks beyond that, such as whose intent it is, it
/// asks itself. Kinds that only the coordinator sends end at admission.
struct admittance {
  message_kind kind;
  bool rights::*needed; ///< null: everybody in the session, observers too
};

constexpr bool rights::*nothing = nullptr;
constexpr std::array admittances{
    admittance{message_kind::heartbeat, nothing},
    admittance{message_kind::goodbye, nothing},
    admittance{message_kind::intent_announce, &rights::act},
    admittance{message_kind::intent_update, &rights::act},
    admittance{message_kind::intent_withdraw, &rights::act},
    admittance{message_kind::intent_deferred, &rights::act},
    admittance{message_kind::intent_claim, &rights::act},
    admittance{message_kind::op_propose, &rights::act},
    admittance{message_kind::op_commit, &rights::act},
    admittance{message_kind::op_batch_commit, &rights::act},
    admittance{message_kind::op_reject, &rights::review},
    admittance{message_kind::op_supersede, &rights::act},
    admittance{message_kind::conflict_report, nothing},
    admittance{message_kind::conflict_ack, nothing},
    admittance{message_kind::conflict_escalate, nothing}, // who may is judged with the conflict
    admittance{message_kind::resolution, nothing},        // the same (SPEC 18.4)
    admittance{message_kind::protocol_error, nothing},
};

/// A strict session asks for what a message rests on in terms it can read (SPEC 12.4, O-010): clocks of other kinds
/// than Lamport's it only compares by their `lamport_value`.
std::optional<refusal> unreadable_watermark(const incoming& from, const session& facts) {
  const auto& clock = from.message.watermark;
  if (!facts.policy().strict || !clock || lamport_of(*clock))
    return std::nullopt;
  return no(error_code::capability_unsupported,
            "watermark: this hub does not read the kind '" + clock->kind_text +
                "', and there is no lamport_value; send it again with a lamport_clock",
            from.message.message_id);
}

const admittance& admittance_of(message_kind kind) {
  return *std::find_if(admittances.begin(), admittances.end(), [&](const auto& row) { return row.kind == kind; });
}

/// SPEC 7.3, 18.7, 23.1.3: what has to say what it rests on, where that is not left to its sender (O-027).
bool rests_on_nothing(const envelope& message) {
  return !message.watermark && std::visit(
                                   []<class Body>(const Body&) {
                                     if constexpr (requires { fields<Body>::rests_on_watermark; })
                                       return fields<Body>::rests_on_watermark;
                                     return false;
                                   },
                                   message.body);
}

/// SPEC 23.3: in the verified profile a watermark fits what its sender can have observed: all that the coordinator has
/// ever told, or what it came with, and what it counts for itself of the messages it has under way.
bool claims_too_much(message_kind kind, const envelope& said, const session& facts) {
  const auto lamport = said.watermark ? lamport_of(*said.watermark) : std::nullopt;
  if (facts.policy().security_profile != security_profile::verified || kind == message_kind::hello || !lamport)
    return false;
  const auto* speaker = facts.people().find(said.sender.principal_id);
  return *lamport > std::max(facts.lamport(), speaker ? speaker->lamport : 0) + lamport_clock::verified_step;
}

/// What the authenticated and verified profiles ask beyond the open one (SPEC 23.1.2, 23.1.3).
std::optional<refusal> lack_of_trust(message_kind kind, const admitted& message, const session& facts) {
  const auto profile = facts.policy().security_profile;
  const auto& said = message.envelope();
  const auto& about = said.message_id;
  if (profile == security_profile::open)
    return std::nullopt;
  if (facts.recent_messages().has(said.sender.principal_id, about))
    return no(error_code::replay_detected, "message_id: '" + about.str() + "' has been here before", about);
  if (message.objection())
    return *message.objection();
  if (rests_on_nothing(said))
    return no(error_code::malformed_message,
              "watermark: missing, and " + std::string(to_word(kind)) + " has to say what it rests on", about);
  if (claims_too_much(kind, said, facts))
    return no(error_code::malformed_message,
              "watermark: nobody can have observed that Lamport value, for the session's is " +
                  std::to_string(facts.lamport()),
              about);
  const auto* settling = std::get_if<resolution>(&said.body);
  if (profile == security_profile::verified && settling && !settling->resolution_id)
    return no(error_code::malformed_message, // the coordinator adds nothing to what somebody has signed
              "payload.resolution_id: missing, and nobody but its sender can give it one", about);
  return std::nullopt;
}

/// What no rule needs to be asked for.
std::optional<refusal> obstacle(message_kind kind, const admitted& message, const incoming& from,
                                const session& facts) {
  const auto about = from.message.message_id;
  if (auto why = lack_of_trust(kind, message, facts))
    return why;
  if (facts.ended())
    return no(error_code::session_closed, "session '" + facts.origin().id.str() + "' has ended", about);
  if (from.message.watermark) // O-007, O-013: nobody pushes the session's clock out of reach
    if (auto clock = facts.clock(); !clock.receive(lamport_of(*from.message.watermark)))
      return no(error_code::malformed_message,
                "watermark: the Lamport value is too far above the session's, which is " +
                    std::to_string(clock.value()),
                about);
  if (kind == message_kind::hello)
    return std::nullopt;
  const auto& speaker = from.message.sender.principal_id;
  if (!from.who || from.who->departed) // SPEC 14.1
    return no(error_code::invalid_reference, "'" + speaker.str() + "' is not in this session; say HELLO first", about);
  if (from.who->seat != from.seat)
    return no(error_code::authorization_failed, "'" + speaker.str() + "' has joined from another connection", about);
  if (auto why = unreadable_watermark(from, facts))
    return why;
  const auto& row = admittance_of(kind);
  if (row.needed && !(rights_of(from.who->roles).*row.needed))
    return no(error_code::authorization_failed,
              "'" + speaker.str() + "' may not send " + std::string(to_word(kind)) + ": its role does not allow it",
              about);
  return std::nullopt;
}

// Only the kinds that `obstacle` lets through have a rule.
template <class Message>
concept ruled = requires(const Message& m, const incoming& from, draft& out) {
  rules::on(m, from, out);
};

message_kind kind_of_request(const deliberation& question) {
  constexpr std::array kinds{message_kind::conflict_ack, message_kind::conflict_escalate, message_kind::resolution};
  return kinds[question.request.index()];
}

} // namespace

decision decide(const session& facts, const admitted& message) {
  const auto& said = message.envelope();
  const auto kind = kind_of(said.body).value(); // admission lets no unknown kind through
  cause why = cause_at(message.when(), "accepted");
  why.kind = kind;
  why.who = said.sender.principal_id;
  why.message = said.message_id;
  why.sender_lamport = said.watermark ? lamport_of(*said.watermark).value_or(0) : 0;
  why.inbound = rules::without_secrets(said, message.frame()); // refused or not
  const auto* speaker = facts.people().find(said.sender.principal_id);
  why.from_its_seat = speaker && speaker->seat == message.seat();
  draft out(facts, std::move(why));
  const incoming from{said, message.frame(), message.seat(), speaker, message.identity()};
  if (auto refused = obstacle(kind, message, from, facts)) {
    // A courtesy GOODBYE after the end is swallowed (O-064), and an error is not answered with one (O-144).
    if (!(facts.ended() && kind == message_kind::goodbye) && kind != message_kind::protocol_error)
      out.refuse(*refused, from.seat);
    return std::move(out).seal();
  }
  std::visit(
      [&](const auto& body) {
        if constexpr (ruled<std::decay_t<decltype(body)>>)
          rules::on(body, from, out);
      },
      said.body);
  rules::authorise_released(out);
  auto made = std::move(out).seal();
  // What a conflict considers is kept with its ruling: if that is never made, nobody finds half of it (SPEC 8.1.1.3).
  if (!made.consultations.empty())
    made.cause.inbound = {};
  return made;
}

decision decide(const session& facts, const ruling& what, base::instant now) {
  const auto& question = what.on();
  cause why = cause_at(now, "accepted");
  why.inbound = question.frame;
  why.kind = kind_of_request(question);
  why.who = question.who;
  const auto* speaker = facts.people().find(question.who);
  why.from_its_seat = speaker && speaker->seat == question.seat;
  why.message = question.message;
  draft out(facts, std::move(why));
  rules::on(what, out);
  rules::authorise_released(out);
  return std::move(out).seal();
}

decision decide(const session& facts, const sideband_request& request, const std::optional<principal_id>& who,
                seat_number seat, base::instant now) {
  draft out(facts, cause_at(now, "sideband"));
  const bool may_look =
      who ? facts.people().find(*who) != nullptr
          : facts.policy().files_before_hello && facts.policy().security_profile == security_profile::open;
  if (!may_look)
    out.refuse({error_code::invalid_reference, "the workspace opens with HELLO", {}}, seat);
  else {
    if (who)
      out.note(participant_seen{*who, now});
    rules::answer(request, seat, out);
  }
  return std::move(out).seal();
}

decision decide(const session& facts, const refusal& why, seat_number seat, base::instant now) {
  cause because = cause_at(now, "refused");
  because.message = why.refers_to.value_or(message_id{});
  draft out(facts, std::move(because));
  out.refuse(why, seat, why.retry_after ? std::optional(retry_after_json(*why.retry_after)) : std::nullopt);
  return std::move(out).seal();
}

decision decide_vacated(const session& facts, const principal_id& who, seat_number seat, base::instant now) {
  draft out(facts, cause_at(now, "vacated"));
  out.note(seat_vacated{who, seat});
  return std::move(out).seal();
}

decision decide_alive(const session& facts, const principal_id& who, base::instant now) {
  draft out(facts, cause_at(now, "alive"));
  out.note(participant_seen{who, now});
  if (facts.ended()) // nobody comes back to what is over (SPEC 14.5)
    return std::move(out).seal();
  if (const auto* known = facts.people().find(who); known && !known->departed && !known->is_available)
    rules::welcome_back(*known, out);
  return std::move(out).seal();
}

decision decide_replayed(const session& facts, const replay_request& asked, const replay& found, base::instant now) {
  cause why = cause_at(now, "replayed");
  why.message = asked.message;
  draft out(facts, std::move(why));
  rules::end_replay(asked, found, out);
  return std::move(out).seal();
}

decision decide_close(const session& facts, close_reason reason, close_disposition intents, base::instant now) {
  draft out(facts, cause_at(now, "closed"));
  rules::close_session(reason, intents, out);
  return std::move(out).seal();
}

decision decide_recovered(const session& facts, base::instant now) {
  draft out(facts, cause_at(now, "recovered"));
  out.note(coordinator_recovered{facts.origin().epoch + 1, now});
  return std::move(out).seal();
}

decision decide_policy(const session& facts, shared_policy policy, const session_limits& limits, base::instant now) {
  draft out(facts, cause_at(now, "policy"));
  if (!policy->liveness.backend_health_policy.enabled)
    rules::lift_backend_suspensions(out);
  out.note(policy_replaced{std::move(policy), limits});
  return std::move(out).seal();
}

} // namespace mpac::protocol
