// What time alone brings about (SPEC 14.6, 14.7, 15.3, 15.7): one row for each clock of a session.
#include "protocol/decide.hpp"
#include "protocol/rules/rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mpac::protocol {
namespace {

using namespace rules;

/// A clock of the session. When it has run out, `act` decides, and leaves a later time or none.
struct deadline {
  std::string_view outcome; ///< what the metrics call it
  base::instant (*when)(const session&);
  void (*act)(draft&);
};

/// Several run out at once: the earlier row goes first.
constexpr std::array deadlines{
    deadline{"liveness", [](const session& s) { return s.watch().next(); }, &look_for_the_silent},
    deadline{"expired", [](const session& s) { return s.intents().next_expiry(); }, &expire_intents},
    deadline{"notice_over", [](const session& s) { return s.proposals().next_refusal(); },
             &refuse_operations_on_notice},
    deadline{"deferral", [](const session& s) { return s.deferrals().next_expiry(); }, &expire_deferrals},
    deadline{"claim", [](const session& s) { return s.claims().next_approval(); }, &approve_due_claim},
    deadline{"dispute", [](const session& s) { return s.conflicts().next_step(); }, &advance_dispute},
    deadline{"auto_close", [](const session& s) { return s.next_auto_close(); },
             [](draft& out) { close_session(close_reason::completed, close_disposition::withdraw_all, out); }}, // O-047
    deadline{"session_ttl", [](const session& s) { return s.end_of_life(); },
             [](draft& out) { close_session(close_reason::timeout, close_disposition::withdraw_all, out); }},
    deadline{"heartbeat", [](const session& s) { return s.next_status(); }, &send_status},
};

} // namespace

std::optional<decision> decide_due(const session& facts, base::instant now) {
  if (facts.ended())
    return std::nullopt;
  const auto due =
      std::find_if(deadlines.begin(), deadlines.end(), [&](const deadline& clock) { return clock.when(facts) <= now; });
  if (due == deadlines.end())
    return std::nullopt;
  draft out(facts, cause_at(now, due->outcome));
  due->act(out);
  authorise_released(out);
  return std::move(out).seal();
}

base::instant next_deadline(const session& facts) {
  base::instant next = base::never;
  if (!facts.ended())
    for (const deadline& clock : deadlines)
      next = std::min(next, clock.when(facts));
  return next;
}

} // namespace mpac::protocol
