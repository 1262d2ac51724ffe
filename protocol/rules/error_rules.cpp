// The two things that a participant's PROTOCOL_ERROR may ask of the hub (SPEC 12.8, 14.7.1). It is never answered with
// an error because of what it asks (O-144): a request that may not be made has no effect.
#include "protocol/rules/presence.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/extension.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

constexpr std::string_view missed = "mpac_cluster.missed";

/// O-066: an owner or arbiter says that somebody is lost. The hub looks for itself: whoever has been heard of within
/// the interval in which everybody shows a sign of life is not.
void on_loss(const protocol_error& said, const incoming& from, draft& out) {
  if (!rights_of(from.who->roles).resolve || !said.extensions)
    return;
  const auto name = text_in(*said.extensions, "principal_id");
  const auto* lost = name ? out.facts().people().find(principal_id(*name)) : nullptr;
  if (!lost || lost == from.who || lost->departed || !lost->is_available)
    return;
  if (lost->seat != 0 && lost->last_seen + out.policy().liveness.heartbeat_interval > out.now())
    return;
  declare_unavailable(*lost, "was declared unavailable by '" + from.who->principal_id.str() + "'", out);
}

replay_request request_of(const json_text& what, const incoming& from) {
  replay_request request;
  request.after_lamport = number_in(what, "after_lamport").value_or(0);
  request.after_message = message_id(text_in(what, "after_message_id").value_or(""));
  request.seat = from.seat;
  request.who = from.message.sender.principal_id;
  request.message = from.message.message_id;
  return request;
}

} // namespace

void on(const protocol_error& said, const incoming& from, draft& out) {
  if (said.error_code.is(error_code::participant_unavailable))
    return on_loss(said, from, out);
  if (!said.error_code.is(error_code::causal_gap))
    return;
  auto request = request_of(extension_in(from.frame->payload(), missed).value_or(json_text{"{}"}), from);
  request.before_message = said.refers_to.value_or(message_id{});
  out.ask_for(std::move(request));
}

void replay_after_hello(const incoming& from, draft& out) {
  if (!from.message.extensions) // where HELLO says it, if at all
    return;
  if (const auto what = extension_in(from.frame->payload(), missed))
    out.ask_for(request_of(*what, from));
}

void end_replay(const replay_request& request, const replay& found, draft& out) {
  const auto at = audience::at(request.seat);
  if (!found.is_complete) {
    out.tell(at,
             protocol_error{error_code::causal_gap, request.message,
                            "what was told before is no longer kept; the summary that follows tells how things are",
                            json_text{"{\"mpac_cluster.kept_from_lamport\":" + std::to_string(found.kept_from) + "}"}});
    out.send(at, encode(sideband_answer{session_summary_response{overview_of(out.facts(), out.now())}}));
    return;
  }
  out.tell(at, status_of(coordinator_event::heartbeat, out),
           json_text{"{\"mpac_cluster.replayed\":{\"frames\":" + std::to_string(found.frames.size()) + "}}"});
}

} // namespace mpac::protocol::rules
