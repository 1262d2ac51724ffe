#include "client/open_requests.hpp"

#include "client/policy_reading.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/raw_json.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client {
namespace {

using namespace protocol;

constexpr bool is_sideband(awaited what) noexcept {
  return what == awaited::file_list || what == awaited::file || what == awaited::overview;
}

/// Whose success shows by nothing but the message being passed on.
constexpr bool is_shown_by_echo(awaited what) noexcept {
  return what == awaited::echo || what == awaited::batch_echo;
}

request_error lost(bool is_known_not_taken) {
  request_error error;
  error.why = obstacle::connection_lost;
  error.what = is_known_not_taken ? "the connection broke before the coordinator took it; it may be sent again"
                                  : "the connection broke, and what became of it is not known";
  error.is_known_not_taken = is_known_not_taken;
  return error;
}

request_error larger_than_taken(std::size_t bytes, const std::string& said) {
  request_error error;
  error.why = obstacle::too_large;
  error.what = "a message of " + std::to_string(bytes) +
               " bytes is larger than the coordinator takes; it closed with '" + said + "'";
  return error;
}

request_error refused(const protocol_error& said) {
  request_error error;
  error.why = said.error_code.is(error_code::session_closed) ? obstacle::session_over : obstacle::refused;
  error.what = said.description;
  error.code = said.error_code;
  error.extensions = said.extensions;
  error.retry_after = retry_after_of(said);
  return error;
}

bool has_member(std::string_view object, std::string_view name) {
  const auto whole = raw_json::value_at(object, 0);
  return whole && raw_json::find_member(object, *whole, name);
}

/// SPEC 18.6.2: what overlaps a frozen scope in part is taken with a warning. Early coordinators say so in words alone.
bool is_warning(const protocol_error& said) {
  return (said.extensions && has_member(said.extensions->text, "warning")) ||
         (said.error_code.is(error_code::scope_frozen) && said.description.starts_with("Warning:"));
}

/// The entries that the coordinator refused, as it adds them to the batch it passes on (docs/proposals.md).
std::vector<op_id> rejected_in(std::string_view batch) {
  std::vector<op_id> ids;
  const auto whole = raw_json::value_at(batch, 0);
  const auto payload = whole ? raw_json::find_member(batch, *whole, "payload") : std::nullopt;
  const auto list = payload ? raw_json::find_member(batch, payload->value, "rejected_ops") : std::nullopt;
  for (std::size_t i = 0; list; ++i) {
    const auto entry = raw_json::find_entry(batch, list->value, i);
    const auto text = entry ? entry->of(batch) : std::string_view{};
    if (text.size() < 2)
      break;
    ids.emplace_back(raw_json::unescaped(text.substr(1, text.size() - 2)));
  }
  return ids;
}

} // namespace

std::optional<base::duration> retry_after_of(const protocol_error& error) {
  const auto seconds = error.extensions ? seconds_in(*error.extensions, "retry_after_sec") : std::nullopt;
  return seconds ? std::optional(base::from_seconds(*seconds)) : std::nullopt;
}

template <class Predicate>
open_requests::place open_requests::first(Predicate&& fits) {
  return std::find_if(open_.begin(), open_.end(), fits);
}

open_requests::place open_requests::about(awaited what, std::string_view subject) {
  return first([&](const open_request& each) { return each.what == what && each.subject == subject; });
}

void open_requests::end(place at, answer with, std::vector<completion>& done) {
  if (at == open_.end())
    return;
  done.push_back({std::move(at->id), std::move(with)});
  open_.erase(at);
}

void open_requests::hear(const envelope& said, bool is_coordinators, std::string_view text,
                         std::vector<completion>& done) {
  if (!is_coordinators) {
    if (const auto* by_reviewer = std::get_if<op_reject>(&said.body); by_reviewer && said.sender.principal_id != me_)
      hear_rejection(*by_reviewer, done);
    return hear_echo(said, text, done);
  }
  if (const auto* info = std::get_if<session_info>(&said.body))
    end(first([&](const open_request& each) {
          return each.what == awaited::session_info && said.in_reply_to.value_or(each.id.str()) == each.id.str();
        }),
        *info, done);
  else if (const auto* error = std::get_if<protocol_error>(&said.body))
    hear_error(said, *error, done);
  else if (const auto* rejection = std::get_if<op_reject>(&said.body))
    hear_rejection(*rejection, done);
  else if (const auto* status = std::get_if<coordinator_status>(&said.body))
    hear_status(*status, done);
  else if (const auto* claim = std::get_if<intent_claim_status>(&said.body))
    hear_claim(*claim, done);
  else if (std::holds_alternative<intent_update>(said.body))
    hear_of_claim(said, done);
  else if (const auto* deferral = std::get_if<intent_deferred>(&said.body);
           deferral && !deferral->status && deferral->principal_id == me_)
    end(about(awaited::deferral, deferral->deferral_id.str()), *deferral, done);
}

void open_requests::hear_echo(const envelope& said, std::string_view text, std::vector<completion>& done) {
  if (said.sender.principal_id != me_)
    return;
  const auto at = first([&](const open_request& each) { return each.id == said.message_id; });
  if (at == open_.end())
    return;
  at->is_taken = true;
  switch (at->what) {
  case awaited::echo:
    if (at->unwritten.empty())
      end(at, receipt{said.message_id, true}, done);
    return;
  case awaited::batch_echo:
    return end(at, batch_receipt{said.message_id, rejected_in(text)}, done);
  default: // the decision follows
    return;
  }
}

void open_requests::hear_error(const envelope& said, const protocol_error& error, std::vector<completion>& done) {
  const auto about_which = error.refers_to ? error.refers_to->str() : said.in_reply_to.value_or("");
  const auto at = first([&](const open_request& each) { return each.id.str() == about_which; });
  if (at == open_.end())
    return;
  // What warns of something, or tells of a loss, is no refusal of the message that it names.
  const bool is_news = error.error_code.is(error_code::state_divergence) ||
                       error.error_code.is(error_code::participant_unavailable) || is_warning(error);
  if (!is_news)
    end(at, refused(error), done);
}

void open_requests::hear_rejection(const op_reject& said, std::vector<completion>& done) {
  const auto at = first([&](const open_request& each) {
    const bool is_operation =
        each.what == awaited::echo || each.what == awaited::batch_echo || each.what == awaited::authorisation;
    return is_operation && each.subject == said.op_id.str();
  });
  if (at == open_.end()) { // an entry; where the batch itself is not passed on, nothing else tells of it
    const auto batch = first([&](const open_request& each) {
      return std::find(each.entries.begin(), each.entries.end(), said.op_id) != each.entries.end();
    });
    if (batch != open_.end())
      batch->refused.push_back(said.op_id);
    return;
  }
  request_error error;
  error.why = obstacle::rejected;
  error.what = said.reason;
  error.operations = said.rejected_ops.value_or(std::vector{said.op_id});
  end(at, std::move(error), done);
}

void open_requests::hear_status(const coordinator_status& said, std::vector<completion>& done) {
  if (!said.event.is(coordinator_event::authorization) || !said.authorized_op_id)
    return;
  const auto at = about(awaited::authorisation, said.authorized_op_id->str());
  if (at != open_.end())
    end(at, proposal_receipt{at->id, said.authorized_by}, done);
}

void open_requests::hear_claim(const intent_claim_status& said, std::vector<completion>& done) {
  end(about(awaited::claim_status, said.claim_id.str()), said, done);
  if (const auto at = about(awaited::claim_judged, said.claim_id.str()); at != open_.end())
    end(at, receipt{at->id, true}, done);
}

/// A claim that waits is told as an update of the intent, with the cause in its extensions (docs/intents.md).
void open_requests::hear_of_claim(const envelope& said, std::vector<completion>& done) {
  const auto cause = said.extensions ? text_in(*said.extensions, "cause") : std::nullopt;
  const auto claim = cause ? text_in(*said.extensions, "claim_id") : std::nullopt;
  if (!claim)
    return;
  if (const auto at = about(awaited::claim_status, *claim); at != open_.end())
    at->is_taken = true;
  if (const auto at = about(awaited::claim_judged, *claim); at != open_.end() && cause == "claim_objected")
    end(at, receipt{at->id, true}, done);
}

void open_requests::hear(const file_list_response& said, std::vector<completion>& done) {
  end(about(awaited::file_list, {}), said, done);
}

void open_requests::hear(const file_content& said, std::vector<completion>& done) {
  end(about(awaited::file, said.path), said, done);
}

void open_requests::hear(const file_error& said, std::vector<completion>& done) {
  request_error error;
  error.what = said.path + ": " + said.error;
  error.code = word<error_code>(error_code::invalid_reference);
  end(about(awaited::file, said.path), std::move(error), done);
}

void open_requests::hear(const file_updated& said, std::vector<completion>& done) {
  if (said.updated_by != me_)
    return;
  const auto at = first([&](const open_request& each) {
    return each.is_taken && std::find(each.unwritten.begin(), each.unwritten.end(), said.path) != each.unwritten.end();
  });
  if (at == open_.end())
    return;
  std::erase(at->unwritten, said.path);
  if (at->unwritten.empty())
    end(at, receipt{at->id, true}, done);
}

bool open_requests::hear(const session_overview& said, bool proves_silence, std::vector<completion>& done) {
  const auto asked = about(awaited::overview, {});
  if (asked == open_.end())
    return false;
  if (proves_silence) {
    std::vector<message_id> silent;
    for (auto each = open_.begin(); each != asked; ++each)
      if (is_shown_by_echo(each->what) && !each->is_in_doubt)
        silent.push_back(each->id);
    for (const auto& each : silent)
      end_in_silence(each, done);
  }
  end(about(awaited::overview, {}), said, done);
  return true;
}

/// Whichever message passed the limit, the largest has passed it too.
void open_requests::too_large(const std::string& said, std::vector<completion>& done) {
  auto largest = open_.end();
  for (auto each = open_.begin(); each != open_.end(); ++each)
    if (!each->is_taken && !each->is_in_doubt && (largest == open_.end() || each->bytes > largest->bytes))
      largest = each;
  if (largest == open_.end() || largest->bytes <= given_up_bytes_)
    return;
  auto why = larger_than_taken(largest->bytes, said);
  end(largest, std::move(why), done);
}

/// What came behind it was answered, and nothing was said about it.
void open_requests::end_in_silence(const message_id& request, std::vector<completion>& done) {
  const auto at = first([&](const open_request& one) { return one.id == request; });
  if (at->counts_only_echoed) {
    request_error error;
    error.why = obstacle::unacceptable;
    error.what = "the coordinator has neither refused it nor passed it on: it knows nothing of the kind";
    return end(at, std::move(error), done);
  }
  if (at->is_taken && !at->unwritten.empty()) {
    request_error error;
    error.what =
        "the commit is recorded, but " + at->unwritten.front() + " was not written: it has changed since it was read";
    error.code = word<error_code>(error_code::stale_state_ref);
    return end(at, std::move(error), done);
  }
  if (at->what != awaited::batch_echo)
    return end(at, receipt{request, false}, done);
  if (at->refused.empty() || at->refused.size() < at->entries.size())
    return end(at, batch_receipt{request, std::move(at->refused)}, done);
  request_error error;
  error.why = obstacle::rejected;
  error.what = "each of its entries was refused";
  error.operations = std::move(at->refused);
  end(at, std::move(error), done);
}

void open_requests::connection_lost(std::vector<completion>& done) {
  given_up_bytes_ = 0;
  for (auto& each : std::exchange(open_, {})) {
    if (is_sideband(each.what) || each.what == awaited::session_info) {
      done.push_back({each.id, lost(true)});
      continue;
    }
    if (!each.unwritten.empty() && each.is_taken) { // nobody tells again whether the files were written
      done.push_back({each.id, lost(false)});
      continue;
    }
    each.is_in_doubt = true;
    open_.push_back(std::move(each));
  }
}

void open_requests::caught_up(bool is_all, std::vector<completion>& done) {
  for (auto& each : std::exchange(open_, {})) {
    if (each.is_in_doubt && !each.is_taken) {
      done.push_back({each.id, lost(is_all)});
      continue;
    }
    each.is_in_doubt = false;
    open_.push_back(std::move(each));
  }
}

void open_requests::fail(const message_id& request, request_error why, std::vector<completion>& done) {
  end(first([&](const open_request& each) { return each.id == request; }), std::move(why), done);
}

void open_requests::give_up(obstacle why, const std::string& what, std::vector<completion>& done) {
  for (auto& each : std::exchange(open_, {})) {
    request_error error;
    error.why = why;
    error.what = what;
    done.push_back({std::move(each.id), std::move(error)});
  }
}

base::instant open_requests::next_due() const noexcept {
  auto next = base::never;
  for (const auto& each : open_)
    next = std::min(next, each.due);
  return next;
}

void open_requests::look(base::instant now, std::vector<completion>& done) {
  for (auto& each : std::exchange(open_, {})) {
    if (each.due > now) {
      open_.push_back(std::move(each));
      continue;
    }
    request_error error;
    error.why = obstacle::timed_out;
    if (!each.is_taken && !each.is_in_doubt)
      given_up_bytes_ = std::max(given_up_bytes_, each.bytes);
    error.what = each.is_taken ? "nothing has been decided in time" : "the coordinator has not answered in time";
    done.push_back({std::move(each.id), std::move(error)});
  }
}

} // namespace mpac::client
