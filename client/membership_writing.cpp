// What a participant says: envelopes, their clocks and signatures, and what it had better not say now.
#include "client/membership.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/policy_json.hpp"
#include "security/envelope_signature.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client {

using namespace protocol;

namespace {

request_error not_sent(obstacle why, std::string what) {
  request_error error;
  error.why = why;
  error.what = std::move(what);
  return error;
}

/// What a message is about, and which answer it waits for; nothing where success is silent.
struct expectation {
  bool is_pre_commit;

  std::optional<open_request> operator()(const intent_deferred& m) const {
    return request(awaited::deferral, m.deferral_id.str());
  }
  std::optional<open_request> operator()(const intent_claim& m) const {
    return request(awaited::claim_status, m.claim_id.str());
  }
  std::optional<open_request> operator()(const op_propose& m) const {
    return request(is_pre_commit ? awaited::authorisation : awaited::echo, m.op_id.str());
  }
  std::optional<open_request> operator()(const op_commit& m) const { return request(awaited::echo, m.op_id.str()); }
  std::optional<open_request> operator()(const op_supersede& m) const { return request(awaited::echo, m.op_id.str()); }
  std::optional<open_request> operator()(const op_batch_commit& m) const {
    auto whole = request(awaited::batch_echo, m.batch_id.str());
    for (const auto& each : m.operations)
      whole.entries.push_back(each.op_id);
    return whole;
  }
  std::optional<open_request> operator()(const heartbeat& m) const {
    if (m.extensions && m.extensions->claim_decision)
      return request(awaited::claim_judged, m.extensions->claim_decision->claim_id.str());
    return std::nullopt;
  }
  std::optional<open_request> operator()(const protocol_error&) const { return std::nullopt; }
  template <class Other>
  std::optional<open_request> operator()(const Other&) const {
    return request(awaited::echo, {});
  }

  static open_request request(awaited what, std::string subject) {
    open_request made;
    made.what = what;
    made.subject = std::move(subject);
    return made;
  }
};

/// What nobody could take back if the coordinator, or another one, decides otherwise.
bool is_final(const message_body& body) {
  return std::holds_alternative<op_commit>(body) || std::holds_alternative<op_batch_commit>(body) ||
         std::holds_alternative<op_supersede>(body) || std::holds_alternative<resolution>(body);
}

/// What the wait before a scope is announced again depends on (SPEC 15.3.1).
bool is_of_intents(const message_body& body) {
  return std::holds_alternative<intent_announce>(body) || std::holds_alternative<intent_update>(body) ||
         std::holds_alternative<intent_withdraw>(body);
}

bool is_judgement(const message_body& body) {
  return std::holds_alternative<conflict_report>(body) || std::holds_alternative<resolution>(body);
}

/// It goes as an extension of HEARTBEAT (docs/intents.md).
bool is_claim_answer(const message_body& body) {
  const auto* carrier = std::get_if<heartbeat>(&body);
  return carrier && carrier->extensions && carrier->extensions->claim_decision;
}

std::string names_of(const std::vector<const known_intent*>& intents) {
  const auto& first = *intents.front();
  return "'" + first.intent_id.str() + "' of '" + first.principal_id.str() + "'";
}

} // namespace

envelope membership::envelope_of(message_body body, base::instant now) {
  envelope said;
  said.version = version_;
  said.message_id = message_id(instance_.str() + ":" + std::to_string(++messages_));
  said.session_id = session_;
  said.sender = {who_.principal_id, who_.type, instance_};
  said.ts = base::to_rfc3339(now);
  said.watermark = lamport_watermark(clock_.next());
  said.body = std::move(body);
  return said;
}

base::result<std::string, std::string> membership::write(const envelope& said) const {
  auto text = to_json(said);
  if (!signs_)
    return base::result<std::string, std::string>{boost::system::in_place_value, std::move(text)};
  return security::sign_envelope(text, *signs_);
}

/// For what is said without being asked: what can't be signed is left unsaid.
void membership::say(message_body body, base::instant now, step& into, std::optional<json_text> extensions) {
  auto said = envelope_of(std::move(body), now);
  said.extensions = std::move(extensions);
  if (auto text = write(said))
    into.say.push_back(std::move(*text));
}

/// SPEC 12.8; see docs/presence.md and docs/recovery.md.
json_text membership::missed_json() const {
  auto after = json_object({{"after_message_id", heard_up_to_.message.str()}}).text;
  after.pop_back();
  return {"{\"mpac_cluster.missed\":" + after + ",\"after_lamport\":" + std::to_string(heard_up_to_.lamport) +
          "},\"local_state\":{\"operations\":[],\"lamport\":" + std::to_string(fence_.lamport()) + "}}"};
}

step membership::say_hello(base::instant now) {
  step made;
  hello greeting;
  greeting.display_name = who_.display_name;
  greeting.roles = who_.roles;
  greeting.capabilities = who_.capabilities;
  greeting.implementation = who_.implementation;
  greeting.backend = who_.backend;
  if (credential_)
    greeting.credential = credential_();
  if (!greeting.credential && signs_)
    greeting.credential = credential{std::string(certificate_chain_type), signs_->certificate_chain(), {}, {}};

  standing_ = standing::greeting;
  missed_ = 0;
  auto said = envelope_of(std::move(greeting), now);
  if (was_joined_)
    fence_.recall_from(heard_up_to_.epoch, heard_up_to_.lamport);
  if (was_joined_ && understands_extensions_)
    said.extensions = missed_json();
  hello_ = said.message_id;
  auto asked = expectation::request(awaited::session_info, {});
  asked.id = hello_;
  asked.due = now + connect_timeout_;
  auto text = write(said);
  asked.bytes = text ? text->size() : 0;
  open_.add(std::move(asked));
  if (text)
    made.say.push_back(std::move(*text));
  else
    open_.fail(hello_, not_sent(obstacle::unacceptable, text.error()), made.done);
  return made;
}

base::result<message_id, request_error> membership::ask(message_body body, base::instant now, base::instant due,
                                                        step& into, std::optional<json_text> extensions) {
  if (auto why = objection_to(body, now))
    return base::fail(std::move(*why));
  const auto* announce = std::get_if<intent_announce>(&body);
  const auto wait = announce ? refused_.wait_for(announce->scope, now) : std::nullopt;
  if (wait) {
    auto why = not_sent(obstacle::backoff, "a resolution has refused this scope a moment ago");
    why.retry_after = wait;
    return base::fail(std::move(why));
  }
  return send(std::move(body), now, due, into, std::move(extensions));
}

base::result<message_id, request_error> membership::insist(intent_announce body, base::instant now, base::instant due,
                                                           step& into) {
  message_body announce(std::move(body));
  if (auto why = objection_to(announce, now))
    return base::fail(std::move(*why));
  return send(std::move(announce), now, due, into, {});
}

base::result<message_id, request_error> membership::send(message_body body, base::instant now, base::instant due,
                                                         step& into, std::optional<json_text> extensions) {
  const bool is_pre_commit = view_.info() && view_.info()->execution_model == to_word(execution_model::pre_commit);
  auto expected = std::visit(expectation{is_pre_commit}, body);
  auto said = envelope_of(std::move(body), now);
  said.extensions = std::move(extensions);
  auto text = write(said);
  if (!text)
    return base::fail(not_sent(obstacle::unacceptable, text.error()));
  const auto bytes = text->size();
  into.say.push_back(std::move(*text));
  if (!expected) {
    if (std::holds_alternative<heartbeat>(said.body))
      watch_.heartbeat_sent(now);
    into.done.push_back({said.message_id, receipt{said.message_id, false}});
    return {boost::system::in_place_value, std::move(said.message_id)};
  }
  expected->id = said.message_id;
  expected->due = due;
  expected->bytes = bytes;
  expected->counts_only_echoed = !understands_extensions_ && std::holds_alternative<op_reject>(said.body);
  const bool needs_marker =
      success_may_be_silent() && (expected->what == awaited::echo || expected->what == awaited::batch_echo);
  if (const auto* commit = std::get_if<op_commit>(&said.body); commit && !understands_extensions_)
    for (const auto& [path, written] : commit->file_changes)
      expected->unwritten.push_back(path);
  if (const auto* claim = std::get_if<intent_claim>(&said.body); claim && !understands_extensions_)
    claiming_.insert_or_assign(claim->claim_id, *claim);
  open_.add(std::move(*expected));
  if (is_of_intents(said.body))
    unsettled_.insert_or_assign(said.message_id, std::move(said.body));
  if (needs_marker)
    ask_for_summary(into);
  return {boost::system::in_place_value, std::move(said.message_id)};
}

base::result<message_id, request_error> membership::ask(const sideband_request& request, base::instant due,
                                                        step& into) {
  if (!is_joined())
    return base::fail(not_sent(obstacle::not_connected, "there is no connection to the coordinator at the moment"));
  open_request asked;
  asked.id = message_id("sideband:" + std::to_string(++sideband_));
  asked.due = due;
  asked.what = std::holds_alternative<file_list_request>(request)   ? awaited::file_list
               : std::holds_alternative<file_read_request>(request) ? awaited::file
                                                                    : awaited::overview;
  if (const auto* file = std::get_if<file_read_request>(&request))
    asked.subject = file->path;
  auto id = asked.id;
  auto text = to_json(request);
  asked.bytes = text.size();
  open_.add(std::move(asked));
  into.say.push_back(std::move(text));
  return {boost::system::in_place_value, std::move(id)};
}

/// Nobody waits for this one; it is answered like all others.
void membership::ask_for_summary(step& into) {
  (void)ask(session_summary_request{}, base::never, into);
}

std::optional<request_error> membership::objection_to(const message_body& body, base::instant) const {
  if (!is_joined())
    return not_sent(obstacle::not_connected, "there is no connection to the coordinator at the moment");
  if (is_claim_answer(body) && !understands_extensions_)
    return not_sent(obstacle::unacceptable, "this coordinator decides claims by itself, and takes no verdicts on them");
  if (is_judgement(body) && (is_gap_open_ || !has_caught_up()))
    return not_sent(obstacle::causal_gap, "frames are missing, and a judgement should rest on all of them");
  if (!watch_.is_silent())
    return std::nullopt;
  if (is_final(body)) // SPEC 7.7
    return not_sent(obstacle::coordinator_silent,
                    "the coordinator is silent, and what changes shared state waits for it");
  return held_by_others(body);
}

std::optional<request_error> membership::held_by_others(const message_body& body) const {
  std::vector<const known_intent*> holders;
  const auto look_at = [&](const std::vector<const known_intent*>& more) {
    holders.insert(holders.end(), more.begin(), more.end());
  };
  if (const auto* announce = std::get_if<intent_announce>(&body))
    look_at(view_.others_on(announce->scope));
  if (const auto* update = std::get_if<intent_update>(&body); update && update->scope)
    look_at(view_.others_on(*update->scope));
  if (const auto* claim = std::get_if<intent_claim>(&body))
    look_at(view_.others_on(claim->scope));
  if (const auto* proposal = std::get_if<op_propose>(&body))
    look_at(view_.others_holding(proposal->target));
  if (holders.empty())
    return std::nullopt;
  return not_sent(obstacle::coordinator_silent,
                  "the coordinator is silent, and intent " + names_of(holders) + " holds what this touches");
}

} // namespace mpac::client
