// What a participant makes of what it hears.
#include "client/membership.hpp"
#include "client/policy_reading.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/raw_json.hpp"
#include "protocol/wire/security_json.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace mpac::client {

using namespace protocol;

namespace {

constexpr base::duration usual_interval = std::chrono::seconds{30}; // SPEC 14.7.5

std::string_view member_of(std::string_view object, std::string_view name) {
  const auto whole = raw_json::value_at(object, 0);
  const auto found = whole ? raw_json::find_member(object, *whole, name) : std::nullopt;
  return found ? found->value.of(object) : std::string_view{};
}

bool is_cause_of_claim(std::string_view cause) {
  return cause == "claim_pending" || cause == "claim_objected";
}

} // namespace

step membership::hear(std::string_view text, base::instant now) {
  step made;
  view_.look(now, understands_extensions_);
  watch_.hear_anything(now);
  auto read = decoder_->decode_told(text);
  if (!read) {
    tell(frame_ignored{frame_ignored::reason::unreadable, read.error().description}, now, made);
    return made;
  }
  if (const auto* said = std::get_if<envelope>(&*read))
    hear(*said, text, now, made);
  else if (const auto checked = keys_.check_coordinators(text); !checked)
    tell(frame_ignored{frame_ignored::reason::bad_signature, checked.error()}, now, made);
  else
    hear_sideband(*read, now, made);
  settle(made, now);
  return made;
}

bool membership::is_signed(const envelope& said, verdict by, std::string_view text, base::instant now, step& into) {
  base::result<void, std::string> checked;
  if (const auto* info = std::get_if<session_info>(&said.body))
    checked = keys_.begin(*info, text, now);
  else if (by == verdict::participant)
    checked = keys_.check_participants(text, said.sender.principal_id, now, standing_ == standing::missing);
  else
    checked = keys_.check_coordinators(text);
  if (checked)
    return true;
  tell(frame_ignored{frame_ignored::reason::bad_signature,
                     std::string(to_word(kind_of(said.body).value_or(message_kind::protocol_error))) + " of '" +
                         said.sender.principal_id.str() + "': " + checked.error()},
       now, into);
  if (std::holds_alternative<session_info>(said.body)) {
    request_error error;
    error.why = obstacle::unacceptable;
    error.what = "SESSION_INFO is not believed: " + checked.error();
    open_.fail(hello_, std::move(error), into.done);
  }
  return false;
}

bool membership::is_repeated(const envelope& said) {
  if (!heard_.insert(said.message_id).second)
    return true;
  heard_in_order_.push_back(said.message_id);
  if (heard_in_order_.size() > remembered) {
    heard_.erase(heard_in_order_.front());
    heard_in_order_.pop_front();
  }
  return false;
}

/// Not while something is missing: if the connection breaks before all of it has come, it is asked for again.
void membership::move_on_to(const message_id& said) {
  if (standing_ == standing::joined && !is_gap_open_)
    heard_up_to_ = {said, fence_.epoch(), fence_.lamport()};
}

void membership::hear(const envelope& said, std::string_view text, base::instant now, step& into) {
  auto fence = fence_; // it learns nothing of what is not believed
  const auto by = fence.judge(said);
  if (!is_believed(by)) {
    tell(frame_ignored{frame_ignored::reason::stale_coordinator,
                       "'" + said.sender.principal_id.str() + "' speaks for epoch " +
                           std::to_string(said.coordinator_epoch.value_or(0)) + ", and " +
                           std::to_string(fence_.epoch()) + " has begun"},
         now, into);
    if (by == verdict::rival)
      say(
          protocol_error{
              error_code::coordinator_conflict, said.message_id, "another coordinator claims this epoch", {}},
          now, into);
    return;
  }
  if (!is_signed(said, by, text, now, into))
    return;
  fence_ = std::move(fence);
  if (by == verdict::usurper)
    say(protocol_error{error_code::coordinator_conflict, said.message_id, "another coordinator claimed this epoch", {}},
        now, into);
  // SPEC 12.7 rule 3. A value that is out of reach counts as none, and does not break the clock.
  if (!clock_.receive(said.watermark ? lamport_of(*said.watermark) : std::nullopt))
    (void)clock_.receive(std::nullopt);
  if (is_repeated(said))
    return;

  if (const auto* info = std::get_if<session_info>(&said.body)) {
    open_.hear(said, true, text, into.done);
    return begin(*info, said, now, into);
  }
  const bool is_coordinators = by != verdict::participant;
  const bool is_missed = standing_ == standing::missing;
  missed_ += is_missed;
  if (is_missed)
    missed_due_ = now + connect_timeout_;
  mind_backoff(said, now);
  if (!is_coordinators)
    look_for_gap(said, now, into);
  move_on_to(said.message_id);
  origin from{said.sender.principal_id,
              said.message_id,
              said.ts,
              said.watermark ? lamport_of(*said.watermark) : std::nullopt,
              said.in_reply_to,
              said.extensions,
              is_coordinators,
              said.sender.principal_id == who_.principal_id,
              is_missed};
  if (!is_missed && from.is_mine && said.sender.sender_instance_id == instance_)
    has_heard_itself_ = true;
  mind_claim(said, from, now);
  std::visit(
      [&]<class Message>(const Message& message) {
        if constexpr (std::is_constructible_v<event, heard<Message>>)
          tell(heard<Message>{std::move(from), message}, now, into);
      },
      said.body);
  mind_escalation(said, into);
  open_.hear(said, is_coordinators, text, into.done);
  if (!is_coordinators)
    return;
  if (std::holds_alternative<coordinator_status>(said.body))
    hear_status(said, now, into);
  else if (std::holds_alternative<protocol_error>(said.body))
    hear_error(said, now, into);
  else if (const auto* update = std::get_if<intent_update>(&said.body); update && said.extensions) {
    const auto cause = text_in(*said.extensions, "cause").value_or("");
    if (is_cause_of_claim(cause))
      tell(claim_waits{claim_id(text_in(*said.extensions, "claim_id").value_or("")), update->intent_id,
                       principal_id(text_in(*said.extensions, "claimed_by").value_or("")), cause == "claim_objected"},
           now, into);
  } else if (const auto* more = std::get_if<unknown_message>(&said.body); more && more->type == participant_keys_type)
    keys_.learn(member_of(text, "payload"), "keys", now);
  else if (std::holds_alternative<session_close>(said.body)) {
    auto last = leave(ended::reason::session_closed, "the session is closed");
    into.done.insert(into.done.end(), std::make_move_iterator(last.done.begin()),
                     std::make_move_iterator(last.done.end()));
    into.is_over = last.is_over;
    return;
  }
  mind_handover(by, now, into);
}

void membership::begin(const session_info& info, const envelope& said, base::instant now, step& into) {
  if (said.in_reply_to && *said.in_reply_to != hello_.str())
    return;
  const auto interval =
      info.liveness_policy ? seconds_in(*info.liveness_policy, "heartbeat_interval_sec") : std::nullopt;
  const bool was_silent = watch_.is_silent();
  watch_.begin(interval && *interval > 0 ? base::from_seconds(*interval) : usual_interval, now);
  refused_.follow(info);
  if (!info.session_id.empty())
    session_ = info.session_id; // a hub with a single session lets everybody in, whatever the path said
  const bool asked_for_missed = was_joined_ && understands_extensions_;
  understands_extensions_ = said.in_reply_to == hello_.str();
  standing_ = was_joined_ ? standing::missing : standing::joined;
  const bool is_return = std::exchange(was_joined_, true);
  move_on_to(said.message_id);
  missed_due_ = now + connect_timeout_;
  tell(joined{info, fence_.epoch(), is_return}, now, into);
  if (was_silent)
    tell(coordinator_back{}, now, into);
  // A coordinator that tells nothing again is asked how things stand. Ours too: it may have begun anew.
  is_summary_the_end_ = is_return && !asked_for_missed;
  if (is_return || begins_with_summary_)
    ask_for_summary(into);
}

void membership::hear_status(const envelope& said, base::instant now, step& into) {
  if (standing_ != standing::missing && watch_.hear(now))
    tell(coordinator_back{}, now, into);
  const auto replayed =
      said.extensions ? member_of(said.extensions->text, "mpac_cluster.replayed") : std::string_view{};
  if (replayed.empty() || (said.in_reply_to != hello_.str() && said.in_reply_to != gap_asked_by_.str()))
    return;
  if (watch_.hear(now))
    tell(coordinator_back{}, now, into);
  end_of_missed(static_cast<std::size_t>(number_in({std::string(replayed)}, "frames").value_or(0)), true, now, into);
}

void membership::hear_error(const envelope& said, base::instant, step&) {
  const auto& error = std::get<protocol_error>(said.body);
  if (!error.refers_to)
    return;
  const bool is_no_longer_kept = error.error_code.is(error_code::causal_gap) && *error.refers_to == hello_;
  // Whatever the reason is, the summary that was asked for behind the question is all that comes of it.
  const bool is_not_told = is_gap_open_ && *error.refers_to == gap_asked_by_;
  if (is_no_longer_kept || is_not_told)
    is_summary_the_end_ = true;
  // It is sent behind the error without having been asked for (docs/presence.md).
  if (error.extensions && number_in(*error.extensions, "mpac_cluster.kept_from_lamport"))
    is_summary_unasked_ = true;
}

void membership::end_of_missed(std::size_t frames, bool is_complete, base::instant now, step& into) {
  const bool was_gap = std::exchange(is_gap_open_, false);
  is_summary_the_end_ = false;
  fence_.recalled();
  if (standing_ == standing::missing)
    open_.caught_up(is_complete && is_echoed_ && has_heard_itself_, into.done);
  else if (!was_gap)
    return;
  standing_ = standing::joined;
  tell(caught_up{frames, is_complete}, now, into);
}

void membership::hear_sideband(const outbound& said, base::instant now, step& into) {
  if (const auto* files = std::get_if<file_list_response>(&said)) {
    view_.take(*files);
    open_.hear(*files, into.done);
  } else if (const auto* file = std::get_if<file_content>(&said)) {
    view_.take(*file);
    open_.hear(*file, into.done);
  } else if (const auto* missing = std::get_if<file_error>(&said)) {
    open_.hear(*missing, into.done);
  } else if (const auto* written = std::get_if<file_updated>(&said)) {
    tell(*written, now, into);
    open_.hear(*written, into.done);
  } else if (const auto* summary = std::get_if<session_summary_response>(&said)) {
    view_.take(summary->session);
    if (!std::exchange(is_summary_unasked_, false))
      open_.hear(summary->session, success_may_be_silent(), into.done);
    if (is_summary_the_end_)
      end_of_missed(missed_, false, now, into);
  }
}

/// SPEC 15.3.1: what a resolution refuses is not announced again at once.
void membership::mind_backoff(const envelope& said, base::instant now) {
  if (said.sender.principal_id == who_.principal_id) {
    unsettled_.erase(said.message_id);
    mind_own(said.body, now);
  } else if (const auto* settled = std::get_if<resolution>(&said.body); settled && settled->outcome) {
    const auto known = view_.conflicts().find(settled->conflict_id);
    const bool is_of_scopes =
        known == view_.conflicts().end() || known->second.category == to_word(conflict_category::scope_overlap);
    for (const auto& id : settled->outcome->rejected.value_or(std::vector<std::string>{}))
      if (is_of_scopes)
        refused_.refused(intent_id(id), now);
  } else if (const auto* error = std::get_if<protocol_error>(&said.body); error && error->refers_to) {
    const auto refused = unsettled_.find(*error->refers_to);
    const auto* announce = refused == unsettled_.end() ? nullptr : std::get_if<intent_announce>(&refused->second);
    const auto wait = retry_after_of(*error);
    if (announce && wait && error->error_code.is(error_code::intent_backoff))
      refused_.too_early(announce->scope, *wait, now);
  }
}

/// What this participant said of its intents, and the coordinator has accepted.
void membership::mind_own(const message_body& said, base::instant now) {
  if (const auto* announce = std::get_if<intent_announce>(&said))
    refused_.announced(announce->intent_id, announce->scope, now);
  else if (const auto* update = std::get_if<intent_update>(&said); update && update->scope)
    refused_.rescoped(update->intent_id, *update->scope);
  else if (const auto* withdrawal = std::get_if<intent_withdraw>(&said))
    refused_.ended(withdrawal->intent_id);
}

/// Whatever a request has ended with, it is kept no longer. Where nothing is echoed, this is how success shows.
void membership::settle(const step& made, base::instant now) {
  for (const auto& each : made.done) {
    const auto asked = unsettled_.extract(each.request);
    if (!asked.empty() && std::holds_alternative<receipt>(each.with))
      mind_own(asked.mapped(), now);
  }
}

/// Who decides a conflict of others may never have been told what it is about: the summary says so (SPEC 17.4).
void membership::mind_escalation(const envelope& said, step& into) {
  const auto* escalated = std::get_if<conflict_escalate>(&said.body);
  if (!escalated || escalated->escalate_to != who_.principal_id || standing_ != standing::joined)
    return;
  const auto known = view_.conflicts().find(escalated->conflict_id);
  if (known != view_.conflicts().end() && known->second.intents.empty() && known->second.operations.empty())
    ask_for_summary(into);
}

/// Where the approved claim is not passed on, the status alone begins the new intent (SPEC 14.7.4).
void membership::mind_claim(const envelope& said, const origin& from, base::instant now) {
  const auto* decided = std::get_if<intent_claim_status>(&said.body);
  if (!decided || !from.is_coordinator)
    return;
  const auto mine = claiming_.extract(decided->claim_id);
  if (mine.empty() || !decided->decision.is(claim_decision::approved))
    return;
  auto speaker = from;
  speaker.principal = who_.principal_id;
  speaker.is_coordinator = false;
  view_.take(heard<intent_claim>{std::move(speaker), mine.mapped()}, now);
}

/// SPEC 12.8: something is spoken of that has never been told.
void membership::look_for_gap(const envelope& said, base::instant now, step& into) {
  if (standing_ != standing::joined || is_gap_open_)
    return;
  const auto missing = view_.missing_in(said.body);
  if (!missing)
    return;
  is_gap_open_ = true;
  tell(causal_gap{said.message_id, *missing}, now, into);
  auto asking =
      envelope_of(protocol_error{error_code::causal_gap, said.message_id, "'" + *missing + "' was never told here",
                                 understands_extensions_ ? std::optional(missed_json()) : std::nullopt},
                  now);
  gap_asked_by_ = asking.message_id;
  if (auto text = write(asking))
    into.say.push_back(std::move(*text));
  is_summary_the_end_ = !understands_extensions_;
  ask_for_summary(into);
}

/// SPEC 8.1.1.4: whoever hears that another coordinator has taken over says HELLO to it, on the same connection if that
/// is how it is heard.
void membership::mind_handover(verdict by, base::instant now, step& into) {
  const bool is_new = by == verdict::successor || by == verdict::usurper;
  if (!is_new || !is_joined())
    return;
  auto greeting = say_hello(now);
  into.say.insert(into.say.end(), std::make_move_iterator(greeting.say.begin()),
                  std::make_move_iterator(greeting.say.end()));
  into.done.insert(into.done.end(), std::make_move_iterator(greeting.done.begin()),
                   std::make_move_iterator(greeting.done.end()));
}

} // namespace mpac::client
