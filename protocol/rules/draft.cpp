#include "protocol/rules/draft.hpp"

#include "protocol/conflict.hpp"
#include "protocol/replay.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>

namespace mpac::protocol::rules {

draft::draft(const session& facts, cause why) : facts_(facts), clock_(facts.clock()) {
  out_.sequence = facts.sequence() + 1;
  out_.cause = std::move(why);
  if (out_.cause.kind) {
    // SPEC 12.7 rules 3 and 4. A value too far ahead is refused, and may not break the clock.
    const auto received = out_.cause.sender_lamport;
    if (!clock_.receive(received))
      (void)clock_.receive(std::nullopt);
  }
  received_ = clock_;
}

void draft::note(event e) {
  if (const auto* moved = std::get_if<intent_moved>(&e); moved && is_terminal(moved->to))
    ending_.insert(moved->intent_id);
  else if (const auto* ended = std::get_if<conflict_ended>(&e))
    settling_.insert(ended->conflict_id);
  else if (const auto* settled = std::get_if<operation_moved>(&e); settled && is_settled(settled->to)) {
    settled_.insert(settled->op_id);
    if (is_terminal(settled->to) && ended_operations_.insert(settled->op_id).second)
      ending_operations_.push_back(settled->op_id);
  } else if (const auto* authorised = std::get_if<operation_authorised>(&e))
    authorised_.insert(authorised->op_id);
  else if (const auto* decided = std::get_if<claim_decided>(&e))
    deciding_.insert(decided->claim_id);
  out_.events.push_back(std::move(e));
}

void draft::relay(frame_ptr frame) {
  relay(std::move(frame), *out_.cause.who);
}

void draft::relay(frame_ptr frame, const principal_id& author) {
  switch (policy().routing.relay) {
  case relay_to::all:
    out_.notices.push_back({audience::all(), std::move(frame), voice::participant, clock_.value()});
    break;
  case relay_to::others:
    out_.notices.push_back({audience::all_but(author), std::move(frame), voice::participant, clock_.value()});
    break;
  case relay_to::none:
    break;
  }
}

void draft::forward(audience to, frame_ptr frame) {
  out_.notices.push_back({std::move(to), std::move(frame), voice::participant, clock_.value()});
}

void draft::tell(audience to, message_body body, std::optional<json_text> extensions) {
  const std::uint64_t lamport = clock_.next();
  envelope e;
  e.version = policy().protocol_version;
  e.message_id = message_id(facts_.coordinator_instance().str() + ":" + std::to_string(lamport));
  e.session_id = facts_.origin().id;
  e.sender = {facts_.coordinator(), principal_type::service, facts_.coordinator_instance()};
  e.ts = base::to_rfc3339(now());
  e.watermark = lamport_watermark(lamport);
  e.coordinator_epoch = static_cast<std::int64_t>(facts_.origin().epoch);
  // An answer to one connection names the message it answers (O-001).
  if (to.to == audience::reach::seat && !out_.cause.message.empty())
    e.in_reply_to = out_.cause.message.str();
  e.extensions = std::move(extensions);
  e.body = std::move(body);
  out_.notices.push_back({std::move(to), encode(e), voice::coordinator, lamport});
}

void draft::send(audience to, frame_ptr frame) {
  out_.notices.push_back({std::move(to), std::move(frame), voice::sideband, clock_.value()});
}

void draft::consult(deliberation question) {
  out_.consultations.push_back(std::make_shared<const deliberation>(std::move(question)));
}

void draft::witness(std::uint64_t lamport) {
  if (lamport <= clock_.value())
    return;
  (void)clock_.receive(lamport);
  received_ = clock_;
}

void draft::ask_for(replay_request missed) {
  missed.before_sequence = out_.sequence;
  missed.behind = out_.notices.size();
  out_.replay = std::make_shared<const replay_request>(std::move(missed));
}

void draft::refuse(const refusal& why, seat_number seat, std::optional<json_text> extensions) {
  out_.events.clear();
  ending_.clear();
  settling_.clear();
  settled_.clear();
  authorised_.clear();
  deciding_.clear();
  ended_deferrals_.clear();
  ended_operations_.clear();
  ending_operations_.clear();
  out_.notices.clear();
  out_.consultations.clear();
  out_.replay.reset();
  clock_ = received_;
  out_.cause.outcome = "refused";
  out_.cause.error = why.code;
  if (why.code == error_code::scope_frozen && !extensions)
    extensions = compensation_due(*this);
  protocol_error error{why.code, why.refers_to, std::string(shortened(why.description, longest_description)),
                       std::move(extensions)};
  tell(audience::at(seat), std::move(error));
}

bool draft::is_ending(const intent_id& id) const {
  return ending_.contains(id);
}

bool draft::is_settling(const conflict_id& id) const {
  return settling_.contains(id);
}

bool draft::is_settling(const op_id& id) const {
  return settled_.contains(id);
}

bool draft::is_authorised(const op_id& id) const {
  return authorised_.contains(id);
}

bool draft::is_deciding(const claim_id& id) const {
  return deciding_.contains(id);
}

bool draft::end_deferral(const principal_id& who, const deferral_id& id) {
  return ended_deferrals_.emplace(who, id).second;
}

bool draft::is_over(const intent_id& id) const {
  return !facts_.intents().find(id) || is_ending(id);
}

bool draft::is_over(const op_id& id) const {
  if (ended_operations_.contains(id))
    return true;
  const auto* operation = facts_.operation(id);
  return operation && is_terminal(operation->state);
}

std::string draft::fresh_id(std::string_view kind) {
  return std::string(kind) + "-" + facts_.origin().id.str() + "-" + std::to_string(facts_.origin().epoch) + "-" +
         std::to_string(out_.sequence) + "-" + std::to_string(++ids_);
}

decision draft::seal() && {
  if (!ending_operations_.empty())
    dismiss_conflicts_of_ended_operations(*this);
  out_.lamport_after = clock_.value();
  return std::move(out_);
}

} // namespace mpac::protocol::rules
