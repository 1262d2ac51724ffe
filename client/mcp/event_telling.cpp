#include "client/mcp/event_telling.hpp"

#include "client/mcp/quoting.hpp"
#include "client/mcp/telling.hpp"
#include "client/reported_intents.hpp"

#include <utility>

namespace mpac::client::mcp {
namespace {

using namespace protocol;

/// The text of an event without its speaker, and what it is about.
struct saying {
  std::string text;
  json::object about = {};
};

/// Called with every kind of event; nothing where it is of no interest.
struct teller {
  using telling = std::optional<saying>;

  telling operator()(const client::joined& what) const {
    return saying{what.is_return ? "The connection to the hub is back; tasks and conflicts stand as before."
                                 : "This bridge has joined the session."};
  }
  telling operator()(const caught_up& what) const {
    if (what.is_complete)
      return std::nullopt;
    return saying{"More happened during the absence than is still known: call who_is_working for how things stand."};
  }
  telling operator()(const connection_lost& what) const {
    if (what.attempt > 1)
      return std::nullopt;
    return saying{"The connection to the hub is lost; the bridge reconnects by itself: " + in_quotes(what.why)};
  }
  telling operator()(const coordinator_silent&) const {
    return saying{"The coordinator is silent: what touches others' tasks has to wait."};
  }
  telling operator()(const coordinator_back&) const { return saying{"The coordinator is heard again."}; }
  telling operator()(const client::causal_gap&) const { return std::nullopt; }
  telling operator()(const claim_waits& what) const {
    return saying{"The claim on task " + in_quotes(what.intent_id.str()) + " waits to be decided.",
                  {{"task", what.intent_id.str()}}};
  }
  telling operator()(const frame_ignored&) const { return std::nullopt; }
  telling operator()(const events_dropped&) const { return std::nullopt; }
  telling operator()(const ended& what) const {
    return saying{"This participant is out of the session: " + in_quotes(what.why)};
  }
  telling operator()(const file_updated& what) const {
    return saying{in_quotes(what.updated_by.str()) + " changed file " + in_quotes(what.path) + ".",
                  {{"path", what.path}, {"state_ref", what.state_ref}, {"from", what.updated_by.str()}}};
  }

  telling operator()(const heard<goodbye>&) const { return saying{"left the session."}; }
  telling operator()(const heard<session_close>& what) const {
    return saying{"closed the session, reason " + in_quotes(what.said.reason.text()) + "."};
  }
  telling operator()(const heard<coordinator_status>& what) const {
    if (what.said.event.is(coordinator_event::heartbeat))
      return std::nullopt;
    if (what.said.event.is(coordinator_event::authorization) && what.said.authorized_op_id)
      return saying{"authorised operation " + in_quotes(what.said.authorized_op_id->str()) + ".",
                    {{"operation", what.said.authorized_op_id->str()}}};
    return saying{"tells of its state: " + in_quotes(what.said.event.text()) + "."};
  }
  telling operator()(const heard<intent_announce>& what) const {
    return saying{"began task " + in_quotes(what.said.intent_id.str()) + ": objective " +
                      in_quotes(what.said.objective) + ", on " + told(what.said.scope) + ".",
                  {{"task", what.said.intent_id.str()}}};
  }
  telling operator()(const heard<intent_update>& what) const {
    auto text = "changed task " + in_quotes(what.said.intent_id.str());
    if (what.said.objective)
      text += ", objective now " + in_quotes(*what.said.objective);
    if (what.said.scope)
      text += ", now on " + told(*what.said.scope);
    return saying{text + ".", {{"task", what.said.intent_id.str()}}};
  }
  telling operator()(const heard<intent_withdraw>& what) const {
    return saying{"ended task " + in_quotes(what.said.intent_id.str()) +
                      (what.said.reason ? ", reason " + in_quotes(*what.said.reason) : std::string()) +
                      "; its scope is free.",
                  {{"task", what.said.intent_id.str()}}};
  }
  telling operator()(const heard<intent_deferred>& what) const {
    if (what.said.status)
      return saying{"tells that deferral " + in_quotes(what.said.deferral_id.str()) + " is " +
                        in_quotes(what.said.status->text()) + ": what it waited for may be free.",
                    {{"deferral", what.said.deferral_id.str()}}};
    auto text = (what.said.principal_id ? "tells that " + in_quotes(what.said.principal_id->str()) + " waits"
                                        : std::string("waits"));
    if (what.said.scope)
      text += " for " + told(*what.said.scope);
    return saying{text + ".", {{"deferral", what.said.deferral_id.str()}}};
  }
  telling operator()(const heard<intent_claim>& what) const {
    return saying{"took over task " + in_quotes(what.said.original_intent_id.str()) + " as " +
                      in_quotes(what.said.new_intent_id.str()) + ".",
                  {{"task", what.said.new_intent_id.str()}}};
  }
  telling operator()(const heard<intent_claim_status>& what) const {
    return saying{"decided a claim on task " + in_quotes(what.said.original_intent_id.str()) + ": " +
                      in_quotes(what.said.decision.text()) + ".",
                  {{"task", what.said.original_intent_id.str()}}};
  }
  telling operator()(const heard<op_propose>& what) const {
    return saying{"proposes operation " + in_quotes(what.said.op_id.str()) + " on " + in_quotes(what.said.target) +
                      (what.said.summary ? ": " + in_quotes(*what.said.summary) : std::string()) + ".",
                  {{"operation", what.said.op_id.str()}, {"path", what.said.target}}};
  }
  telling operator()(const heard<op_commit>& what) const {
    return saying{"committed operation " + in_quotes(what.said.op_id.str()) + " on " + in_quotes(what.said.target) +
                      (what.said.summary ? ": " + in_quotes(*what.said.summary) : std::string()) + ".",
                  {{"operation", what.said.op_id.str()}, {"path", what.said.target}}};
  }
  telling operator()(const heard<op_batch_commit>& what) const {
    json::array paths;
    std::string text;
    for (const auto& each : what.said.operations) {
      paths.emplace_back(each.target);
      text += (text.empty() ? "" : ", ") + in_quotes(each.target);
    }
    return saying{"committed batch " + in_quotes(what.said.batch_id.str()) + " on " + text + ".",
                  {{"operation", what.said.batch_id.str()}, {"paths", std::move(paths)}}};
  }
  telling operator()(const heard<op_reject>& what) const {
    return saying{"rejected operation " + in_quotes(what.said.op_id.str()) + ", reason " + in_quotes(what.said.reason) +
                      ".",
                  {{"operation", what.said.op_id.str()}}};
  }
  telling operator()(const heard<op_supersede>& what) const {
    return saying{"superseded operation " + in_quotes(what.said.supersedes_op_id.str()) + ".",
                  {{"operation", what.said.op_id.str()}, {"path", what.said.target}}};
  }
  telling operator()(const heard<conflict_report>& what) const {
    json::array tasks;
    std::string text;
    for (const auto& each : reported_intents(what.said)) {
      tasks.emplace_back(each.str());
      text += (text.empty() ? ", tasks " : ", ") + in_quotes(each.str());
    }
    return saying{"reports conflict " + in_quotes(what.said.conflict_id.str()) + " (" +
                      in_quotes(what.said.category.text()) + ")" + text + ": " +
                      in_quotes(what.said.description.value_or("")) + ".",
                  {{"conflict", what.said.conflict_id.str()}, {"tasks", std::move(tasks)}}};
  }
  telling operator()(const heard<conflict_ack>& what) const {
    return saying{"acknowledged conflict " + in_quotes(what.said.conflict_id.str()) + " as " +
                      in_quotes(what.said.ack_type.text()) + ".",
                  {{"conflict", what.said.conflict_id.str()}, {"ack_type", what.said.ack_type.text()}}};
  }
  telling operator()(const heard<conflict_escalate>& what) const {
    return saying{"escalated conflict " + in_quotes(what.said.conflict_id.str()) + " to " +
                      in_quotes(what.said.escalate_to.str()) + ", reason " + in_quotes(what.said.reason) + ".",
                  {{"conflict", what.said.conflict_id.str()}, {"escalated_to", what.said.escalate_to.str()}}};
  }
  telling operator()(const heard<resolution>& what) const {
    return saying{"resolved conflict " + in_quotes(what.said.conflict_id.str()) + ": " +
                      in_quotes(what.said.decision.text()) +
                      (what.said.rationale ? ", rationale " + in_quotes(*what.said.rationale) : std::string()) + ".",
                  {{"conflict", what.said.conflict_id.str()}, {"decision", what.said.decision.text()}}};
  }
  telling operator()(const heard<protocol_error>& what) const {
    return saying{"tells: " + in_quotes(what.said.error_code.text()) + " " + in_quotes(what.said.description) + "."};
  }
  telling operator()(const heard<unknown_message>& what) const {
    return saying{"said something of type " + in_quotes(what.said.type) + "."};
  }
};

struct origin_of_event {
  const origin* operator()(const auto&) const { return nullptr; }
  template <class Message>
  const origin* operator()(const heard<Message>& what) const {
    return &what.from;
  }
};

} // namespace

std::optional<told_event> told(const event& what) {
  const auto* from = std::visit(origin_of_event{}, what);
  if (from && from->is_mine)
    return std::nullopt;
  auto said = std::visit(teller{}, what);
  if (!said)
    return std::nullopt;
  told_event made{std::string(name_of(what)), std::move(said->text), std::move(said->about)};
  if (from) {
    made.about["from"] = from->principal.str();
    made.text =
        (from->is_coordinator ? std::string("The coordinator") : in_quotes(from->principal.str())) + ' ' + made.text;
  }
  return made;
}

} // namespace mpac::client::mcp
