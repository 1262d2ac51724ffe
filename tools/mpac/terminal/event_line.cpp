#include "tools/mpac/terminal/event_line.hpp"

#include "client/reported_intents.hpp"
#include "protocol/wire/extension.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include <string>

namespace mpac::tools::terminal {
namespace {

using namespace protocol;
using namespace client;

std::string joined_words(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& each : words)
    all += (all.empty() ? "" : ", ") + each;
  return all;
}

template <class Id>
std::string ids(const std::vector<Id>& many) {
  std::vector<std::string> words;
  for (const auto& each : many)
    words.push_back(short_id(each.str()));
  return joined_words(words);
}

std::string behind(std::string_view before, const std::optional<std::string>& text) {
  return text && !text->empty() ? std::string(before) + *text : std::string();
}

struct teller {
  const principal_id& me;

  using told = std::optional<styled_line>;

  static styled_line warning(const std::string& text) { return styled_line().add(colour::yellow, text); }
  static styled_line alarm(const std::string& text) { return styled_line().add(colour::red, text); }
  /// Who did what.
  styled_line did(const origin& from, std::string_view verb) const {
    styled_line line;
    if (from.is_missed)
      line.add(colour::dim, "(missed) ");
    if (from.is_coordinator)
      line.add(colour::bold, "the coordinator");
    else
      line.add(from.principal == me ? colour::green : colour::bold, from.principal.str());
    line.add(" ").add(verb).add(" ");
    return line;
  }

  told operator()(const joined& what) const {
    auto line = styled_line().add(colour::green, what.is_return ? "back in " : "joined ");
    line.add(what.info.session_id.str()).add(" as ").add(me.str());
    line.add(" (" + joined_words(what.info.granted_roles) + "); " + what.info.security_profile + ", " +
             what.info.compliance_profile + ", " + what.info.execution_model);
    return line;
  }
  told operator()(const caught_up& what) const {
    if (!what.is_complete)
      return warning("caught up; some of what happened meanwhile is no longer kept, and the state was read anew");
    if (what.frames == 0)
      return std::nullopt;
    return styled_line("caught up with what was missed: messages: " + std::to_string(what.frames));
  }
  told operator()(const connection_lost& what) const {
    return alarm("connection lost: " + what.why +
                 (what.retry_after ? "; next attempt in " + words_of(*what.retry_after) : "; given up"));
  }
  told operator()(const coordinator_silent&) const {
    return alarm("the coordinator is silent: until it is heard again, what touches others' intents is not sent");
  }
  told operator()(const coordinator_back&) const {
    return styled_line().add(colour::green, "the coordinator is heard again");
  }
  told operator()(const causal_gap& what) const {
    return warning("messages are missing (" + what.missing + " was never told); they have been asked for");
  }
  told operator()(const claim_waits& what) const {
    return warning(what.claimed_by.str() + " wants to take over " + short_id(what.intent_id.str()) +
                   (what.has_objection ? ", somebody objects" : "") + "; claim " + short_id(what.claim_id.str()));
  }
  told operator()(const frame_ignored& what) const { return warning("not believed: " + what.why); }
  told operator()(const events_dropped& what) const {
    return warning("too much at once, not shown: events: " + std::to_string(what.count));
  }
  told operator()(const ended& what) const {
    if (what.is == ended::reason::left)
      return styled_line("left");
    return alarm("the end: " + what.why);
  }
  told operator()(const file_updated& what) const {
    return styled_line().add(colour::dim, what.path + " is now " + what.state_ref + ", by " + what.updated_by.str());
  }
  told operator()(const heard<goodbye>& what) const {
    auto line = did(what.from, "leaves").add("(" + what.said.reason.text() + ")");
    if (what.said.intent_disposition && !what.said.active_intents.empty())
      line.add("; " + ids(what.said.active_intents) + ": " + what.said.intent_disposition->text());
    return line;
  }
  told operator()(const heard<session_close>& what) const {
    return alarm("the session is closed: " + what.said.reason.text());
  }
  told operator()(const heard<coordinator_status>& what) const {
    const auto& said = what.said;
    if (said.event.is(coordinator_event::heartbeat))
      return std::nullopt;
    if (said.event.is(coordinator_event::authorization)) {
      const auto& op = said.authorized_op_id ? said.authorized_op_id : said.authorized_batch_id;
      return did(what.from, "lets")
          .add(op ? short_id(op->str()) : "an operation")
          .add(" go ahead" + (said.authorized_by ? ", by " + said.authorized_by->str() : std::string()));
    }
    return warning("the coordinator: " + said.event.text() +
                   (said.affected_principal ? ", " + said.affected_principal->str() : std::string()) +
                   (said.backend_detail
                        ? ", " + said.backend_detail->model_id + " is " + said.backend_detail->provider_status.text()
                        : std::string()));
  }
  told operator()(const heard<intent_announce>& what) const {
    return did(what.from, "announces")
        .add(short_id(what.said.intent_id.str()) + ": " + what.said.objective)
        .add(colour::dim, "  " + words_of(what.said.scope));
  }
  told operator()(const heard<intent_update>& what) const {
    auto line = did(what.from, "updates").add(short_id(what.said.intent_id.str()));
    if (what.said.objective)
      line.add(": " + *what.said.objective);
    if (what.said.scope)
      line.add(colour::dim, "  " + words_of(*what.said.scope));
    if (what.from.extensions)
      line.add(behind(": ", text_in(*what.from.extensions, "cause")));
    return line;
  }
  told operator()(const heard<intent_withdraw>& what) const {
    return did(what.from, "withdraws").add(short_id(what.said.intent_id.str()) + behind(": ", what.said.reason));
  }
  told operator()(const heard<intent_deferred>& what) const {
    if (what.said.status)
      return styled_line("deferral " + short_id(what.said.deferral_id.str()) + ": " + what.said.status->text());
    auto line = did(what.from, "waits").add(what.said.reason.value_or(""));
    if (what.said.scope)
      line.add(colour::dim, "  " + words_of(*what.said.scope));
    return line;
  }
  told operator()(const heard<intent_claim>& what) const {
    return did(what.from, "takes over")
        .add(short_id(what.said.original_intent_id.str()) + " of " + what.said.original_principal_id.str() + " as " +
             short_id(what.said.new_intent_id.str()) + ": " + what.said.objective);
  }
  told operator()(const heard<intent_claim_status>& what) const {
    return styled_line("claim " + short_id(what.said.claim_id.str()) + " on " +
                       short_id(what.said.original_intent_id.str()) + ": " + what.said.decision.text() +
                       (what.said.approved_by ? " by " + what.said.approved_by->str() : std::string()) +
                       behind(": ", what.said.reason));
  }
  told operator()(const heard<op_propose>& what) const {
    return did(what.from, "proposes")
        .add(what.said.target + behind(": ", what.said.summary))
        .add(colour::dim, "  " + short_id(what.said.op_id.str()));
  }
  told operator()(const heard<op_commit>& what) const {
    return did(what.from, "commits")
        .add(what.said.target + behind(": ", what.said.summary))
        .add(colour::dim, "  " + short_id(what.said.op_id.str()));
  }
  told operator()(const heard<op_batch_commit>& what) const {
    std::vector<std::string> targets;
    for (const auto& each : what.said.operations)
      targets.push_back(each.target);
    return did(what.from, "commits").add(joined_words(targets) + behind(": ", what.said.summary));
  }
  told operator()(const heard<op_reject>& what) const {
    return did(what.from, "rejects").add(colour::yellow, short_id(what.said.op_id.str()) + ": " + what.said.reason);
  }
  told operator()(const heard<op_supersede>& what) const {
    return did(what.from, "supersedes")
        .add(short_id(what.said.supersedes_op_id.str()) + " on " + what.said.target + behind(": ", what.said.reason));
  }
  told operator()(const heard<conflict_report>& what) const {
    const auto& said = what.said;
    const auto intents = client::reported_intents(said);
    return styled_line()
        .add(colour::red, "conflict ")
        .add(short_id(said.conflict_id.str()) + ": " + said.category.text() + ", " + said.severity.text() +
             behind(": ", said.description) + (intents.empty() ? "" : "; " + ids(intents)));
  }
  told operator()(const heard<conflict_ack>& what) const {
    return did(what.from, "acknowledges").add(short_id(what.said.conflict_id.str()) + ": " + what.said.ack_type.text());
  }
  told operator()(const heard<conflict_escalate>& what) const {
    return did(what.from, "escalates")
        .add(short_id(what.said.conflict_id.str()) + " to " + what.said.escalate_to.str() + ": " + what.said.reason);
  }
  told operator()(const heard<resolution>& what) const {
    return did(what.from, "resolves")
        .add(colour::green, short_id(what.said.conflict_id.str()) + ": " + what.said.decision.text() +
                                behind(": ", what.said.rationale));
  }
  told operator()(const heard<protocol_error>& what) const {
    return warning(what.said.error_code.text() + ": " + what.said.description);
  }
  told operator()(const heard<unknown_message>& what) const {
    return did(what.from, "says").add(colour::dim, what.said.type);
  }
};

} // namespace

std::optional<styled_line> line_of(const client::event& what, const principal_id& me) {
  return std::visit(teller{me}, what);
}

} // namespace mpac::tools::terminal
